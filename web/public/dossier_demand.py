"""The dossier of a demand: what is needed, what fits, what has solved it."""

from collections.abc import Sequence

from web.public.demand import DemandPage
from web.public.dossier import Block, Dossier, Grid, Lines, Section, Words
from web.public.dossier_parts import NOTICE, facts, figures, names, sources
from web.public.matches import Row
from web.public.site import NAME
from web.public.words import UNKNOWN, year

MOST = 10


def demand_dossier(page: DemandPage, owner: str, day: str) -> Dossier:
    """Return the dossier of the demand's page, made on this day."""
    demand = page.demand
    return Dossier(
        id=demand.id,
        title=demand.title,
        subtitle=f"需求档案　编号 {demand.id}　{page.status}　{day}",
        lead="",
        name=f"{demand.title}-需求档案",
        site=NAME,
        owner=owner,
        day=day,
        notice=NOTICE.format(site=NAME, day=day),
        citation=page.citation,
        sections=[
            Section("基本情况", _head(page)),
            Section("现状与问题", [Words(demand.situation)]),
            Section(
                "关键要求",
                [Lines(demand.requirements) if demand.requirements else Words(UNKNOWN)],
            ),
            Section("目标", [Words(demand.goal or UNKNOWN), *figures(page.targets, [])]),
            Section("采用的办法和结果", _solved(page)),
            Section("对得上的条目", _matches(page)),
            Section("来源", sources(page.sources)),
        ],
    )


def _head(page: DemandPage) -> list[Block]:
    return [
        facts(
            ("状态", page.status),
            ("需求方", "、".join(party.name for party in page.parties)),
            ("地区", "、".join(page.places)),
            ("行业", names(page.industries)),
            ("工艺与技术", names(page.concepts)),
            ("物料", names(page.materials)),
            ("资料年份", year(page.demand.year)),
        )
    ]


def _solved(page: DemandPage) -> list[Block]:
    demand = page.demand
    told = [f"{one.kind}：{one.name}（{one.id}）" for one in page.solvers]
    told += list(demand.solutions)
    if not told and not demand.result and demand.status == "需求":
        return []
    return [*([Lines(told)] if told else []), Words(f"结果：{demand.result or UNKNOWN}")]


def _matches(page: DemandPage) -> list[Block]:
    table = page.matches
    if not table.rows:
        return [Words("目录里还没有对得上的条目。")]
    heads = ("条目", *table.columns)
    rows: list[list[str]] = []
    for row in table.rows[:MOST]:
        rows.append([f"{row.match.title}（{row.match.fit}）", *_verdicts(row, table.columns)])
        proof = f"。案例：{row.match.proof}" if row.match.proof else ""
        rows.append([f"{row.match.reason}{proof}"])
    out: list[Block] = [Grid(heads, (8, *(3 for _ in table.columns)), rows, remarks=True)]
    if table.silent:
        silent = "、".join(table.silent)
        out.append(Words(f"{silent}：{UNKNOWN}，双方资料都没有给出，不列。", small=True))
    if table.total > MOST:
        out.append(Words(f"共 {table.total} 个，只列出前 {MOST} 个。", small=True))
    return out


def _verdicts(row: Row, columns: Sequence[str]) -> list[str]:
    return [row.cells[name].verdict if name in row.cells else UNKNOWN for name in columns]
