"""The command line: output for people and for programs, exit codes, one sentence on failure."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from kg.query import Query
from kg.vocabulary import Label
from web.cli import main
from web.problems import Exit

if TYPE_CHECKING:
    from web.bootstrap import Platform

GOLDEN = Path(__file__).parents[1] / "golden" / "dev"
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(
    data_folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Run:
    """Run a command on the session's data; by words only, which is quicker."""
    monkeypatch.setenv("KG_DATA", str(data_folder))
    monkeypatch.setenv("KG_EMBEDDING_MODEL", "none")

    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_help_is_in_chinese_and_names_all_commands(run: Run) -> None:
    code, out, _err = run("--help")
    assert code == Exit.OK
    for words in ("用法：", "命令", "serve", "seed", "search", "match", "eval-match", "reindex"):
        assert words in out
    assert "Usage" not in out
    assert "Show this message" not in out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["serch", "x"], "没有这个命令"),
        (["search"], "缺少参数"),
        (["search", "x", "--nope"], "没有这个选项"),
        (["search", "x", "--mode", "magic"], "hybrid"),
        (["search", "x", "--where", "region"], "项=值"),
        (["serve", "--port", "abc"], "要是整数"),
    ],
)
def test_wrong_usage_is_one_chinese_sentence(run: Run, arguments: list[str], words: str) -> None:
    code, out, err = run(*arguments)
    assert code == Exit.USAGE
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == 1


def test_search_shows_a_table_with_reasons(run: Run, platform: "Platform") -> None:
    code, out, err = run("search", "余热回收")
    assert code == Exit.OK
    assert "为您找到" in out
    assert "为何列出" in out
    assert "只按词语" in err


def test_search_as_json_is_nothing_but_json(run: Run, platform: "Platform") -> None:
    code, out, _err = run("search", "余热回收", "--size", "3", "--json")
    assert code == Exit.OK
    result = json.loads(out)
    assert len(result["hits"]) == 3
    assert result["lexical_only"] is True


def test_search_filters_and_says_when_nothing_fits(run: Run, platform: "Platform") -> None:
    _code, out, _err = run("search", "余热", "--where", "region=510000", "--json")
    assert json.loads(out)["request"]["filters"] == {"region": ["510000"]}
    code, out, _err = run("search", "zzzqqqxxx")
    assert code == Exit.OK
    assert "目录里没有符合的条目" in out


def test_an_unknown_filter_is_told(run: Run, platform: "Platform") -> None:
    code, _out, err = run("search", "余热", "--where", "colour=red")
    assert code == Exit.FAILED
    assert "colour" in err


def test_match_takes_ids_and_record_keys(run: Run, platform: "Platform") -> None:
    demand = platform.store.find(Query(frozenset({Label.DEMAND}), limit=1)).nodes[0]
    for key in (demand.id, demand.props["keys"][0]):
        code, out, _err = run("match", key, "--json")
        assert code == Exit.OK
        assert json.loads(out)["subject"] == demand.id
    entry = platform.store.find(Query(frozenset({Label.TECHNOLOGY}), limit=1)).nodes[0]
    code, out, _err = run("match", entry.id)
    assert code == Exit.OK
    assert entry.props["name"] in out


def test_match_of_nothing_is_told(run: Run, platform: "Platform") -> None:
    code, out, err = run("match", "demand-none")
    assert (code, out) == (Exit.FAILED, "")
    assert "demand-none" in err


def test_evaluation_on_the_catalogue_and_on_a_corpus(
    run: Run, platform: "Platform", tmp_path: Path
) -> None:
    files = ["--queries", str(GOLDEN / "queries.jsonl"), "--qrels", str(GOLDEN / "qrels.tsv")]
    code, out, _err = run("eval", *files, "--json")
    assert code == Exit.OK
    assert 0.3 < json.loads(out)["overall"]["ndcg@10"]["mean"] <= 1
    (tmp_path / "c.jsonl").write_text(
        '{"id": "a", "text": "余热回收"}\n{"id": "b", "text": "污泥"}'
    )
    (tmp_path / "q.jsonl").write_text('{"id": "1", "text": "余热"}')
    (tmp_path / "r.tsv").write_text("1\ta\t3\n")
    named = {"--corpus": "c.jsonl", "--queries": "q.jsonl", "--qrels": "r.tsv"}
    small = [word for option, name in named.items() for word in (option, str(tmp_path / name))]
    code, out, _err = run("eval", *small, "--mode", "lexical")
    assert code == Exit.OK
    assert "ndcg@10" in out
    assert "1.000" in out


def test_evaluation_of_matching(run: Run, platform: "Platform") -> None:
    code, out, _err = run("eval-match", "--qrels", str(GOLDEN / "demand_qrels.tsv"), "--json")
    assert code == Exit.OK
    assert json.loads(out)["overall"]["ndcg@10"]["n"] > 0


def test_a_missing_judgement_file_is_told(run: Run, platform: "Platform") -> None:
    code, _out, err = run("eval-match", "--qrels", "no-such.tsv")
    assert code == Exit.FAILED
    assert "no-such.tsv" in err


def test_info_prepares_nothing(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path / "empty"))
    code, out, _err = run("info", "--json")
    assert code == Exit.OK
    assert json.loads(out)["nodes"] == {}
    assert not (tmp_path / "empty").exists()
    assert run("info")[0] == Exit.OK


def test_info_counts_what_is_there(run: Run, platform: "Platform") -> None:
    _code, out, _err = run("info", "--json")
    assert json.loads(out)["nodes"]["Technology"] > 50
    assert "节点" in run("info")[1]


def test_seed_and_reindex_tell_what_they_did(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path))
    code, out, _err = run("seed", "--json")
    assert code == Exit.OK
    assert json.loads(out)["written_nodes"] > 0
    assert "写入或更新节点 0 个" in run("seed")[1]
    code, out, _err = run("reindex")
    assert code == Exit.OK
    assert "已建立索引" in out
    assert "只按词语" in out


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("KG_PORT", "x", Exit.SETTING),
        ("KG_STORE", "neo4j://graph", Exit.SETTING),
        ("KG_DATA", "/proc/greenkg", Exit.FOLDER),
        ("KG_HOST", "192.0.2.1", Exit.PORT),
    ],
)
def test_a_start_that_cannot_be_is_one_sentence(
    run: Run, monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: Exit
) -> None:
    monkeypatch.setenv(variable, value)
    got, out, err = run("serve")
    assert (got, out) == (code, "")
    assert len(err.splitlines()) == 1


def test_a_port_in_use_is_told_before_any_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_DATA", str(tmp_path))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        code, _out, err = run("serve", "--port", str(taken.getsockname()[1]))
    assert code == Exit.PORT
    assert "已被占用" in err
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def serving(data_folder: Path, platform: "Platform") -> Iterator[tuple[Any, str]]:
    """The real program, serving under a path prefix, and its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    more = {"KG_DATA": str(data_folder), "KG_PORT": str(port), "KG_ROOT_PATH": "/kg"}
    # a run in the background has Ctrl-C ignored, and children inherit that
    listen = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    start = f"{listen}; import sys; from web.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", start]
    process = subprocess.Popen(
        [*command, "serve"],
        env={**os.environ, **more},  # noqa: TID251 - the child needs the rest
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    yield process, line
    process.kill()
    process.communicate()


def test_serve_prints_the_address_answers_and_stops(serving: tuple[Any, str]) -> None:
    process, line = serving
    address = line.removeprefix("已启动：").split("（")[0]
    assert address.endswith("/kg")
    with urllib.request.urlopen(f"{address}/", timeout=10) as answer:
        assert answer.status == 200
        assert "供需图谱" in answer.read().decode()
    process.send_signal(signal.SIGTERM)
    assert process.wait(15) == Exit.OK


def test_ctrl_c_stops_with_a_sentence(serving: tuple[Any, str]) -> None:
    process, _line = serving
    time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    _out, err = process.communicate(timeout=15)
    assert process.returncode == Exit.INTERRUPTED
    assert "Traceback" not in err
    assert err.splitlines()[-1] in {"已停止。", "已中断。"}
