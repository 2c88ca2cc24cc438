"""The comparison itself: up to four entries as columns, what is said of them as rows.

Read once and shown three ways: as a page, as a spreadsheet, as a document.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Entry, Node
from kg.store import GraphStore
from kg.units import display
from kg.vocabulary import KIND_NAMES, Evidence, Label, Relation
from search.lexicon import Indicator
from search.trees import Trees
from web.public.around import Around, CaseView, Party, entry_places
from web.public.compare_figures import (
    NAMELESS,
    Converted,
    FigureLine,
    core,
    figure_lines,
    unit_of,
)
from web.public.links import Links
from web.public.topics import ASKED, GROUP_NAMES, GROUP_ORDER
from web.public.words import against, amount, year

LETTERS = "ABCD"
CASES_SHOWN = 3
BETTER = "较优"
RULE = (
    "“较优”只标在比率和单位值上：各条目说的是同一件事、基准没有不同、数值没有重叠。"
    "总量随规模变化，不标。证据、年份和工况可能不同，选用前请向供应方核实。"
)


@dataclass(frozen=True, slots=True)
class Column:
    """One entry at the head of its column."""

    letter: str
    id: str
    name: str
    kind: str


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing said in a cell; notes stand below it, evidence and year beside it."""

    text: str
    href: str = ""
    notes: Sequence[str] = ()
    evidence: Evidence | None = None
    year: str = ""

    @property
    def said(self) -> tuple[object, ...]:
        """What it says, for telling whether two say the same."""
        return self.text, tuple(self.notes), self.evidence, self.year


@dataclass(frozen=True, slots=True)
class Cell:
    """What is said of one entry; no facts: 未知. `number` is a single plain value."""

    facts: Sequence[Fact] = ()
    better: bool = False
    number: float | None = None
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the comparison, a cell for each entry in their order."""

    name: str
    cells: Sequence[Cell]
    unit: str = ""
    note: str = ""

    @property
    def silent(self) -> bool:
        """Whether nothing is known of any entry."""
        return not any(cell.facts for cell in self.cells)

    @property
    def differs(self) -> bool:
        """Whether the entries differ here; evidence and year count as a difference."""
        first, *others = [[fact.said for fact in cell.facts] for cell in self.cells]
        return any(other != first for other in others)


@dataclass(frozen=True, slots=True)
class Section:
    """Rows under one heading."""

    name: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Entries side by side. `silent` names the rows in which all are 未知."""

    columns: Sequence[Column]
    sections: Sequence[Section]
    silent: Sequence[str]

    @property
    def same(self) -> int:
        """How many rows say the same of all entries."""
        return sum(1 for section in self.sections for row in section.rows if not row.differs)


@dataclass(frozen=True, slots=True)
class _Subject:
    entry: Entry
    around: Around
    cases: Sequence[CaseView]


def compare(
    store: GraphStore,
    trees: Trees,
    links: Links,
    indicators: Mapping[str, Indicator],
    nodes: Sequence[Node],
) -> Comparison:
    """Return the comparison of these entries; `indicators` are known by code."""
    subjects = []
    for node in nodes:
        around = Around(store, trees, node.id)
        cases = around.cases(around.nodes(Relation.CASE_OF, "in"))
        subjects.append(_Subject(Entry.from_node(node), around, cases))
    sections = [
        Section("概况", _rows(subjects, links, _OVERVIEW)),
        *_figure_sections(subjects, indicators),
        Section("适用", _rows(subjects, links, _USE)),
        Section("案例与供应", _rows(subjects, links, _PROOF)),
    ]
    present = {figure.group for subject in subjects for figure in subject.entry.figures}
    silent = [GROUP_NAMES[group] for group in ASKED if group not in present]
    silent += [row.name for section in sections for row in section.rows if row.silent]
    told = [Section(s.name, [r for r in s.rows if not r.silent]) for s in sections]
    return Comparison(
        [
            Column(letter, s.entry.id, s.entry.name, KIND_NAMES[s.entry.kind])
            for letter, s in zip(LETTERS, subjects, strict=False)
        ],
        [section for section in told if section.rows],
        silent,
    )


def _figure_sections(
    subjects: Sequence[_Subject], indicators: Mapping[str, Indicator]
) -> list[Section]:
    lines = figure_lines([subject.entry.figures for subject in subjects], indicators)
    alone: list[FigureLine] = []
    if len(subjects) > 1:
        alone = [line for line in lines if line.indicator in NAMELESS and line.known < 2]
    shared = [line for line in lines if line not in alone]
    sections = [
        Section(GROUP_NAMES[group], [_figure_row(line) for line in shared if line.group == group])
        for group in GROUP_ORDER
    ]
    if alone:
        sections.append(Section("其他数据", [_alone(alone, len(subjects))]))
    return sections


def _figure_row(line: FigureLine) -> Row:
    cells = [
        Cell(
            [_figure_fact(one, line) for one in figures],
            better=line.best == i,
            number=_number(figures),
            hint="给出的单位不能换算，另列一行" if i in line.in_other_unit else "",
        )
        for i, figures in enumerate(line.entries)
    ]
    return Row(line.name, cells, line.unit, line.why_not)


def _number(figures: Sequence[Converted]) -> float | None:
    if len(figures) != 1 or figures[0].figure.qualifier or figures[0].low != figures[0].high:
        return None
    return figures[0].value


def _figure_fact(one: Converted, line: FigureLine) -> Fact:
    figure = one.figure
    text = display(one.value, line.unit)
    if one.low != one.high:
        text = f"{display(one.low, '')}～{display(one.high, line.unit)}"
    if figure.qualifier:
        text = f"{figure.qualifier} {text}"
    notes = [] if core(figure.name) == line.name else [figure.name]
    if unit_of(figure) != line.unit:
        notes.append(f"原值 {amount(figure)}")
    if basis := against(figure):
        notes.append(f"对比 {basis}")
    if figure.note:
        notes.append(figure.note)
    return Fact(text, "", notes, figure.evidence, year(figure.year) if figure.year else "年份未知")


def _alone(lines: Sequence[FigureLine], count: int) -> Row:
    """Return what only one entry states and no indicator names, in one row."""
    cells: list[list[Fact]] = [[] for _ in range(count)]
    for line in lines:
        for i, figures in enumerate(line.entries):
            for one in figures:
                fact = _figure_fact(one, line)
                notes = [note for note in fact.notes if note != one.figure.name]
                text = f"{one.figure.name} {fact.text}"
                cells[i].append(Fact(text, "", notes, fact.evidence, fact.year))
    return Row("只有一个条目给出", [Cell(facts) for facts in cells])


_Reader = Callable[[_Subject, Links], Iterable[Fact]]


def _rows(
    subjects: Sequence[_Subject], links: Links, readers: Sequence[tuple[str, _Reader]]
) -> list[Row]:
    return [
        Row(name, [Cell(list(reader(subject, links))) for subject in subjects])
        for name, reader in readers
    ]


def _text(value: str | None) -> list[Fact]:
    return [Fact(value)] if value else []


def _named(*relations: Relation, scheme: str | None = None) -> _Reader:
    def read(subject: _Subject, _links: Links) -> Iterable[Fact]:
        nodes = [n for relation in relations for n in subject.around.nodes(relation, "out")]
        if scheme:
            nodes = [n for n in nodes if n.props.get("scheme") == scheme]
        return _text("、".join(sorted(str(n.props["name"]) for n in nodes)))

    return read


def _providers(subject: _Subject) -> list[Party]:
    around = subject.around
    nodes = [n for r in (Relation.SUPPLIES, Relation.HOLDS) for n in around.nodes(r, "in")]
    return around.parties(nodes)


def _places(subject: _Subject, _links: Links) -> Iterable[Fact]:
    return _text("、".join(entry_places(subject.around, _providers(subject), subject.cases)))


def _suppliers(subject: _Subject, links: Links) -> Iterable[Fact]:
    for one in _providers(subject):
        yield Fact(one.name, links.organization(one.id), ["、".join(one.places) or "地区未知"])


def _cases(subject: _Subject, links: Links) -> Iterable[Fact]:
    anchor = f"{links.entry(subject.entry.id)}#cases"
    for view in subject.cases[:CASES_SHOWN]:
        users = "、".join(user.name for user in view.users) or view.case.user
        where = "，".join(part for part in (users, "、".join(view.places)) if part)
        notes = [note for note in (where, view.case.effect) if note]
        if view.case.status != "已投运":
            notes.insert(0, view.case.status)
        when = year(view.case.year) if view.case.year else "年份未知"
        yield Fact(view.case.title, anchor, notes, year=when)
    if len(subject.cases) > CASES_SHOWN:
        yield Fact(f"另有 {len(subject.cases) - CASES_SHOWN} 个案例", anchor)


def _replaces(subject: _Subject, _links: Links) -> Iterable[Fact]:
    concepts = [
        str(node.props["name"])
        for node in subject.around.nodes(Relation.REPLACES, "out")
        if node.label is Label.CONCEPT
    ]
    return _text("；".join(part for part in (subject.entry.replaces, "、".join(concepts)) if part))


def _case_count(subject: _Subject, _links: Links) -> Iterable[Fact]:
    return _text(f"{len(subject.cases)} 个" if subject.cases else None)


_OVERVIEW: tuple[tuple[str, _Reader], ...] = (
    ("类别", lambda s, _: _text(KIND_NAMES[s.entry.kind])),
    ("领域", lambda s, _: _text(s.entry.area)),
    ("方向", lambda s, _: _text(s.entry.direction)),
    ("用途", lambda s, _: _text(s.entry.use)),
    ("地区", _places),
    ("资料年份", lambda s, _: _text(year(s.entry.year) if s.entry.year else None)),
)
_USE: tuple[tuple[str, _Reader], ...] = (
    ("适用行业", _named(Relation.APPLIES_TO)),
    ("适用工艺", _named(Relation.IN_CONCEPT, scheme="process")),
    ("适用条件", lambda s, _: _text(s.entry.conditions)),
    ("替代什么", _replaces),
    ("消纳物料", _named(Relation.CONSUMES)),
    ("产出物料", _named(Relation.PRODUCES)),
)
_PROOF: tuple[tuple[str, _Reader], ...] = (
    ("案例数量", _case_count),
    ("案例", _cases),
    ("供应方", _suppliers),
)
