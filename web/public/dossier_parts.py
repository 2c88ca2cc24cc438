"""Tables and lists that the dossiers of entries and demands share."""

from collections.abc import Iterable, Mapping, Sequence

from kg.model import Figure
from web.public.dossier import Block, Facts, Grid, Lines, Words
from web.public.entry_peers import Peers
from web.public.topics import FigureGroup, Source, Topic
from web.public.words import UNKNOWN, year

NOTICE = (
    "本文件由“{site}”根据公开资料整理，没有任何条目经确认列入《川渝绿色低碳技术产品装备推广目录》；"
    "采用前请核对原始来源。{day}生成。"
)


def names(topics: Iterable[Topic]) -> str:
    """Return the topics by name, 未知 when there are none."""
    return "、".join(topic.name for topic in topics) or UNKNOWN


def facts(*rows: tuple[str, str | None]) -> Facts:
    """Return names and values; what is not known is written."""
    return Facts([(name, value or UNKNOWN) for name, value in rows])


def figures(
    groups: Sequence[FigureGroup], missing: Sequence[str], peers: Mapping[str, Peers] | None = None
) -> list[Block]:
    """Return the table of figures; below it what is missing, and the place among others."""
    out: list[Block] = []
    rows: list[Sequence[str]] = []
    beside = []
    for group in groups:
        rows.append([group.name])
        for row in group.rows:
            figure = row.figure
            source = f"[{row.source}]" if row.source else "所列之一" if row.among else UNKNOWN
            rows.append(
                [
                    _name(figure), row.amount, row.against or UNKNOWN, figure.evidence.value,
                    year(figure.year), source,
                ]
            )  # fmt: skip
            found = (peers or {}).get(row.key)
            if found and found.place:
                beside.append(f"{figure.name}：{found.words}。")
    if rows:
        heads = ("指标", "数值", "与什么相比", "证据", "年份", "来源")
        out.append(Grid(heads, (9, 7, 7, 5, 4, 4), rows))
    if missing:
        out.append(Words(f"{'、'.join(missing)}：{UNKNOWN}，公开资料没有给出。", small=True))
    return out + [Words(text, small=True) for text in beside]


def _name(figure: Figure) -> str:
    return f"{figure.name}（{figure.note}）" if figure.note else figure.name


def sources(found: Sequence[Source]) -> list[Block]:
    """Return the sources by number, with their addresses where there are any."""
    lines = []
    for source in found:
        one = source.document
        address = f"，{one.url}" if one.url else ""
        publisher = one.publisher or "发布者未知"
        known = year(one.year) if one.year else "年份未知"
        lines.append(f"[{source.number}] {one.title}，{publisher}，{known}{address}")
    return [Lines(lines, plain=True)] if lines else [Words(f"来源：{UNKNOWN}")]
