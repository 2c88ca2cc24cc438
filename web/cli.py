"""`greenkg`: the command line. Results go to stdout, everything else to stderr.

Heavy parts are loaded inside the commands, so that help comes at once. Exit codes stand in
`web.problems.Exit` and docs/cli.md.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer

from search.results import Mode, Sort
from web import cli_feedback, cli_transfer
from web.problems import Exit, Problem, explain
from web.progress import Progress, SilentProgress, progress_for
from web.settings import Settings
from web.terminal import Command, Group, say, usage_sentence, write_json

app = typer.Typer(
    cls=Group,
    add_completion=False,
    no_args_is_help=True,
    help="川渝绿色低碳技术产品装备供需图谱：服务、检索、匹配与评测。\n\n"
    "设置一律用环境变量 KG_…，见 docs/settings.md。",
)
Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
Queries = Annotated[Path, typer.Option(help="查询文件：每行一个 JSON，含 id、text。")]
Qrels = Annotated[Path, typer.Option(help="判断文件：查询、文档、等级三列，制表符分隔。")]


def _progress(*, json: bool) -> Progress:
    return SilentProgress() if json and not sys.stderr.isatty() else progress_for()


@app.command(cls=Command)
def serve(
    host: Annotated[str | None, typer.Option(help="监听地址，代替 KG_HOST。")] = None,
    port: Annotated[int | None, typer.Option(help="监听端口，代替 KG_PORT。")] = None,
    *,
    log: Annotated[bool, typer.Option("--log", help="在屏幕上记录每个请求。")] = False,
) -> None:
    """启动网站；缺少的（种子数据、向量模型、索引）先准备好。"""
    from web.server import serve as run

    run(Settings.read(host=host, port=port), progress_for(), log=log)


@app.command(cls=Command)
def seed(*, json: Json = False) -> None:
    """重新载入种子数据；人工改过的内容保持不动。"""
    from web import printing
    from web.bootstrap import settings_store
    from web.preflight import alone, check_folder
    from web.sowing import load_seeds

    settings, progress = Settings.read(), _progress(json=json)
    check_folder(settings.data)
    with alone(settings.data, progress):
        store = settings_store(settings)
        try:
            loaded = load_seeds(store, progress, again=True)
        finally:
            store.close()
    (write_json if json else printing.seeds)(loaded)


@app.command(cls=Command)
def search(
    text: Annotated[str, typer.Argument(help="用自己的话写要找什么。", metavar="文字")],
    mode: Annotated[Mode, typer.Option(help="检索方式：混合、按词语、按意思。")] = "hybrid",
    sort: Annotated[Sort, typer.Option(help="排序：相关、证据、最新。")] = "relevance",
    where: Annotated[
        list[str] | None, typer.Option(help="筛选，写成 项=值，可重复，例如 region=510000。")
    ] = None,
    page: Annotated[int, typer.Option(help="第几页。")] = 1,
    size: Annotated[int, typer.Option(help="每页几项。")] = 10,
    *,
    literal: Annotated[bool, typer.Option("--literal", help="不纠正同音错字。")] = False,
    json: Json = False,
) -> None:
    """检索目录。"""
    from search.results import SearchRequest
    from web import printing
    from web.bootstrap import open_platform

    filters = _filters(where or [])
    request = SearchRequest(
        text, filters, literal=literal, mode=mode, sort=sort, page=page, size=size
    )
    with open_platform(Settings.read(), _progress(json=json)) as platform:
        result = platform.engine.search(request)
    (write_json if json else printing.search_result)(result)


def _filters(where: list[str]) -> dict[str, tuple[str, ...]]:
    filters: dict[str, tuple[str, ...]] = {}
    for condition in where:
        facet, equals, value = condition.partition("=")
        if not equals:
            raise Problem(f"筛选“{condition}”要写成 项=值，例如 region=510000。", Exit.USAGE)
        filters[facet] = (*filters.get(facet, ()), value)
    return filters


@app.command(cls=Command)
def match(
    key: Annotated[
        str, typer.Argument(help="需求或条目的编号，或原始记录的编号。", metavar="编号")
    ],
    limit: Annotated[int, typer.Option(min=1, max=100, help="最多列出几项。")] = 10,
    *,
    json: Json = False,
) -> None:
    """为一项需求找条目，或为一个条目找需求。"""
    from web import printing
    from web.bootstrap import open_platform
    from web.lookup import find_subject

    with open_platform(Settings.read(), _progress(json=json)) as platform:
        subject, is_demand = find_subject(platform.store, key)
        engine = platform.engine
        asked = engine.match_demand if is_demand else engine.match_entry
        result = asked(subject.id, limit)
    if json:
        write_json(result)
    else:
        printing.match_result(str(subject.props["title" if is_demand else "name"]), result)


@app.command("eval", cls=Command)
def evaluate(
    queries: Queries,
    qrels: Qrels,
    corpus: Annotated[
        Path | None, typer.Option(help="语料文件：每行一个 JSON，含 id、text；不写则用目录。")
    ] = None,
    mode: Annotated[Mode, typer.Option(help="检索方式。")] = "hybrid",
    *,
    json: Json = False,
) -> None:
    """用人工判断评测检索：nDCG@10、召回率、MRR，附 95% 区间。"""
    from search import judging
    from web import printing
    from web.bootstrap import open_platform
    from web.embedding import open_encoder

    settings, progress = Settings.read(), _progress(json=json)
    if corpus is None:
        with open_platform(settings, progress) as platform:
            report = judging.evaluate_catalogue(platform.engine, queries, qrels, mode)
    else:
        import seeds

        encoder = open_encoder(settings, progress).encoder
        with progress.step("评测"):
            report = judging.evaluate_corpus(corpus, queries, qrels, seeds.lexicon(), encoder, mode)
    (write_json if json else printing.report)(report)


@app.command("eval-match", cls=Command)
def evaluate_match(qrels: Qrels, *, json: Json = False) -> None:
    """用人工判断评测供需匹配。"""
    from search import judging
    from web import printing
    from web.bootstrap import open_platform

    with open_platform(Settings.read(), _progress(json=json)) as platform:
        report = judging.evaluate_demands(platform.engine, qrels)
    (write_json if json else printing.report)(report)


@app.command(cls=Command)
def reindex(*, json: Json = False) -> None:
    """丢弃保存的向量，重新编码并建立索引。"""
    from web import printing
    from web.bootstrap import forget_vectors, open_platform

    settings = Settings.read()
    forget_vectors(settings)
    with open_platform(settings, _progress(json=json)) as platform:
        view = platform.engine.view
        done = {
            "entries": view.entries.table.size,
            "demands": view.demands.table.size,
            "model": platform.encoder.name,
            "lexical_only": platform.encoder.lexical_only,
            "reason": platform.encoder.reason,
        }
    (write_json if json else printing.reindexed)(done)


@app.command(cls=Command)
def info(*, json: Json = False) -> None:
    """显示版本、设置、数据量和向量模型的状态；不改动任何东西。"""
    from web import printing
    from web.lookup import state_of

    state = state_of(Settings.read())
    (write_json if json else printing.state)(state)


cli_transfer.register(app)
cli_feedback.register(app)


def main(arguments: list[str] | None = None) -> int:
    """Run a command; return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        command = typer.main.get_command(app)
        code = command.main(arguments, prog_name="greenkg", standalone_mode=False)
    except typer.TyperException as error:
        if sentence := usage_sentence(error):
            say(sentence)
        return Exit.USAGE
    except BrokenPipeError:  # `greenkg search … | head`
        return Exit.OK
    except (Exception, KeyboardInterrupt) as error:
        problem = explain(error, _folder())
        if problem is None:
            raise
        say(str(problem))
        return problem.code
    if code == Exit.INTERRUPTED:  # typer turns Ctrl-C into this code
        say("已停止。")
    return int(code or 0)


def _folder() -> Path:
    try:
        return Settings.read().data
    except Problem:
        return Path.cwd()
