"""How the results of commands are shown to people: one function for each kind of result."""

from collections.abc import Mapping
from typing import Any

from rich.text import Text

from kg.vocabulary import RELATION_ENDS, Label, Relation
from search.evaluate import METRICS, Interval, Report
from search.results import Hit, Marked, MatchResult, SearchResult
from web.terminal import say, write_line, write_table

LABEL_NAMES = {
    Label.TECHNOLOGY: "技术", Label.EQUIPMENT: "装备", Label.PRODUCT: "产品",
    Label.ORGANIZATION: "单位", Label.DEMAND: "需求", Label.CASE: "案例", Label.REGION: "地区",
    Label.INDUSTRY: "行业", Label.CONCEPT: "概念", Label.MATERIAL: "物料",
    Label.EDITION: "目录版次", Label.DOCUMENT: "来源文献",
    Label.FEEDBACK: "读者意见",
    Label.STATE: "系统记录",
}  # fmt: skip
_LEXICAL = "没有向量模型，只按词语检索。"


def _marked(marked: Marked) -> Text:
    return Text.assemble(*((part, "bold" if hit else "") for part, hit in marked.parts))


def _row(number: int, hit: Hit) -> tuple[object, ...]:
    why = "；".join((*hit.reasons, *(f"不足：{miss}" for miss in hit.misses)))
    return str(number), _marked(hit.title), hit.card.kind, "、".join(hit.card.places), why, hit.id


def search_result(result: SearchResult) -> None:
    """Print what was understood, the hits with their reasons, and ways on from nothing."""
    if result.lexical_only:
        say(_LEXICAL)
    if result.corrected:
        write_line(f"已按“{result.corrected}”查找。")
    if result.conditions:
        write_line("识别到：" + " · ".join(c.label for c in result.conditions))
    columns = ("序号", "名称", "类别", "地区", "为何列出", "编号")
    first = (result.request.page - 1) * result.request.size + 1
    if result.nothing_fits:
        write_line("目录里没有符合的条目。")
    good = [hit for hit in result.hits if not hit.partial]
    partial = [hit for hit in result.hits if hit.partial]
    if good:
        least = "至少 " if result.total_is_lower_bound else " "
        more = f"，另有{least}{rest} 项部分相关" if (rest := result.total - result.good) else ""
        page = f"第 {result.request.page} / {result.pages} 页"
        title = f"为您找到{least}{result.good} 项{more}（{page}）"
        write_table(title, columns, [_row(first + n, hit) for n, hit in enumerate(good)])
    if partial:
        rows = [_row(first + len(good) + n, hit) for n, hit in enumerate(partial)]
        write_table("以下只是部分相关", columns, rows)
    if result.elsewhere:
        rows = [_row(n, hit) for n, hit in enumerate(result.elsewhere, 1)]
        write_table("其他相近的条目（不满足全部条件）", columns, rows)
    for relaxed in result.relaxations:
        least = "至少 " if relaxed.at_least else ""
        write_line(f"不限“{relaxed.label}”：{least}{relaxed.total} 项")


def match_result(title: str, result: MatchResult) -> None:
    """Print the matches with their verdicts."""
    if result.lexical_only:
        say(_LEXICAL)
    rows = [
        (
            match.fit,
            match.title,
            "  ".join(f"{c.name} {c.verdict}" for c in match.criteria),
            match.reason,
            match.id,
        )
        for match in result.matches
    ]
    if rows:
        columns = ("匹配", "名称", "逐项", "理由", "编号")
        write_table(f"{title}：共 {result.total} 项匹配", columns, rows)
    else:
        write_line(f"{title}：没有匹配的结果。")


def report(result: Report) -> None:
    """Print the metrics of all queries and by type."""
    rows = [("全部", *_metrics(result.overall))]
    rows += [(name, *_metrics(values)) for name, values in result.by_type.items()]
    write_table("评测结果（括号内为 95% 区间）", ("查询类型", "查询数", *METRICS), rows)
    write_line(
        f"没有相关文档的查询 {result.unjudged} 个，其中 {result.told_none} 个如实答“没有符合的”；"
        f"有相关文档却答“没有”的 {result.wrongly_none} 个。"
    )


def _metrics(values: Mapping[str, Interval]) -> tuple[str, ...]:
    shown = [f"{v.mean:.3f} [{v.low:.3f}, {v.high:.3f}]" for v in (values[m] for m in METRICS)]
    return str(values[METRICS[0]].n), *shown


def seeds(loaded: Any) -> None:
    """Print what a load of the seeds did."""
    rows = [(LABEL_NAMES.get(label, label), n) for label, n in loaded.nodes.items()]
    write_table("种子数据", ("类别", "数量"), rows)
    write_line(
        f"写入或更新节点 {loaded.written_nodes} 个、关系 {loaded.written_edges} 条；"
        f"人工改过而保持不动的 {len(loaded.kept)} 个。"
    )


def reindexed(done: Mapping[str, Any]) -> None:
    """Print what was indexed."""
    how = f"向量模型 {done['model']}" if done["model"] else f"只按词语（{done['reason']}）"
    write_line(f"已建立索引：条目 {done['entries']} 个、需求 {done['demands']} 个；{how}。")


def state(found: Mapping[str, Any]) -> None:
    """Print the state of the program."""
    facts = {
        "版本": found["version"], "Python": found["python"], "网址": found["address"],
        "图谱": found["store"], "向量模型": found["model"],
    }  # fmt: skip
    write_table("概况", ("项", "值"), list(facts.items()))
    values = [(f"KG_{k.upper()}", "" if v == "" else v) for k, v in found["settings"].items()]
    write_table("设置", ("变量", "值"), [(name, str(value)) for name, value in values])
    nodes = [(LABEL_NAMES.get(Label(k), k), n) for k, n in found["nodes"].items()]
    edges = [(RELATION_ENDS[Relation(k)].forwards, n) for k, n in found["edges"].items()]
    if nodes:
        write_table("节点", ("类别", "数量"), nodes)
        write_table("关系", ("类型", "数量"), edges)
    else:
        write_line("图谱还没有数据，首次启动时载入。")
