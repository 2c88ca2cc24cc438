"""The dossier of an entry: what its page says, in the order in which an office reads it."""

from collections.abc import Sequence

from web.public.around import CaseView
from web.public.dossier import Block, Dossier, Grid, Lines, Section, Words
from web.public.dossier_parts import NOTICE, facts, figures, names, sources
from web.public.entry import EntryPage
from web.public.site import NAME
from web.public.words import UNKNOWN, long_date, year

EXTRA = {"scale": "规模", "investment": "投资"}
"""What few cases tell; a column for it stands only where one does."""
CONTACT = "本站不登记联系人，请通过单位官网或公开电话联系；洽谈前请核实年份较早的数据。"


def entry_dossier(page: EntryPage, owner: str, day: str) -> Dossier:
    """Return the dossier of the entry's page, made on this day."""
    entry = page.entry
    return Dossier(
        id=entry.id,
        title=entry.name,
        subtitle=f"{page.kind}档案　编号 {entry.id}　{day}",
        lead=entry.use or "",
        name=f"{entry.name}-档案",
        site=NAME,
        owner=owner,
        day=day,
        notice=NOTICE.format(site=NAME, day=day),
        citation=page.citation,
        sections=[
            Section("基本情况", _head(page)),
            Section("做什么", _what(page)),
            Section("指标", figures(page.figures, page.missing, page.peers)),
            Section("适用范围", _where(page)),
            Section("应用案例", _cases(page.cases, page) + _honours(page)),
            Section("供应方", _suppliers(page)),
            Section("可能对应的需求", _demands(page)),
            Section("来源", sources(page.sources)),
        ],
    )


def _head(page: EntryPage) -> list[Block]:
    entry = page.entry
    return [
        facts(
            ("类别", page.kind),
            ("领域、方向", f"{entry.area}，{entry.direction}"),
            ("地区", "、".join(page.places)),
            *((("又称", "、".join(entry.aliases)),) if entry.aliases else ()),
            ("收录状态", "公开资料整理，未确认列入推广目录"),
            ("资料年份", year(entry.year)),
            ("收录日期", long_date(entry.added)),
        )
    ]


def _what(page: EntryPage) -> list[Block]:
    entry = page.entry
    replaced = "；".join(
        part for part in (entry.replaces, "、".join(t.name for t in page.replaced)) if part
    )
    problems: list[Block] = (
        [Words("解决这样的问题："), Lines(entry.problem)] if entry.problem else []
    )
    return [
        Words(entry.summary),
        *problems,
        facts(("原理", entry.principle), ("替代什么", replaced)),
    ]


def _where(page: EntryPage) -> list[Block]:
    flows = (("消纳物料", page.consumes), ("产出物料", page.produces))
    return [
        facts(
            ("行业", names(page.industries)),
            ("工艺", names(page.processes)),
            *((("技术类别", names(page.technologies)),) if page.technologies else ()),
            *((name, names(some)) for name, some in flows if some),
            ("规模", "；".join(page.scale)),
            ("适用条件", page.entry.conditions),
            ("不适用的情形", UNKNOWN),
        )
    ]


def _cases(cases: Sequence[CaseView], page: EntryPage) -> list[Block]:
    if not cases:
        return [Words("没有查到公开的应用案例。")]
    told = [name for name in ("scale", "investment") if any(getattr(v.case, name) for v in cases)]
    rows = []
    for view in cases:
        case = view.case
        status = "" if case.status == "已投运" else f"（{case.status}）"
        users = "、".join(user.name for user in view.users) or case.user or UNKNOWN
        cited = "".join(f"[{page.numbers[s]}]" for s in view.sources if s in page.numbers)
        rows.append(
            [
                case.title + status, users, "、".join(view.places) or UNKNOWN, year(case.year),
                (case.effect or UNKNOWN) + cited, *(getattr(case, n) or UNKNOWN for n in told),
            ]
        )  # fmt: skip
    heads = ("案例", "用户", "地点", "年份", "效果", *(EXTRA[name] for name in told))
    widths = (8, 7, 4, 4, 10, *(4 for _ in told))
    silent = "、".join(EXTRA[name] for name in EXTRA if name not in told)
    note = [Words(f"各案例的{silent}：{UNKNOWN}。", small=True)] if silent else []
    return [Grid(heads, widths, rows), *note]


def _honours(page: EntryPage) -> list[Block]:
    told = [
        f"{one.title}，{one.issuer or '授予单位未知'}，{year(one.year) if one.year else '年份未知'}"
        for one in page.entry.honours
    ]
    return [Words("获得的认定："), Lines(told)] if told else []


def _suppliers(page: EntryPage) -> list[Block]:
    if not page.suppliers:
        return [Words(f"供应方：{UNKNOWN}")]
    rows = [
        [one.name, one.role, "、".join(one.places) or UNKNOWN, one.business or UNKNOWN]
        for one in page.suppliers
    ]
    return [
        Grid(("单位", "关系", "地区", "主营业务"), (8, 4, 4, 12), rows),
        Words(CONTACT, small=True),
    ]


def _demands(page: EntryPage) -> list[Block]:
    rows = [
        [
            one.title,
            "已由本条目解决" if one.solved else one.fit,
            "、".join(party.name for party in one.card.parties) or UNKNOWN,
            "、".join(one.card.places) or UNKNOWN,
        ]
        for one in page.demands
    ]
    return [Grid(("需求", "匹配", "需求方", "地区"), (11, 4, 8, 4), rows)] if rows else []
