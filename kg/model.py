"""The things of the graph as typed records, and the plain nodes and edges that stores keep.

Stores know only `Node` and `Edge`; the records here give their properties names, types and
checks. What a record says about *other* nodes (holders, regions, sources) is never a property:
it is an edge.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from kg.errors import InvalidNode
from kg.units import annual, display
from kg.vocabulary import (
    AREAS,
    CASE_STATUSES,
    DEMAND_STATUSES,
    DIRECTIONS,
    ENTRY_LABELS,
    FEEDBACK_PARTS,
    FIGURE_GROUPS,
    ORGANIZATION_TYPES,
    Evidence,
    Label,
    Relation,
)

Scalar = str | int | float | bool
Props = Mapping[str, Any]
"""Property map. Scalars and lists of scalars can be filtered on; other JSON values are kept
but cannot. `None` is never stored: an unknown property is absent."""


@dataclass(frozen=True, slots=True)
class Node:
    """A node as a store keeps it.

    `revision` counts writes of this node from 1; 0 means not stored yet.
    """

    id: str
    label: Label
    props: Props = field(default_factory=dict)
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A directed relation; (relation, source, target) is unique in a store."""

    relation: Relation
    source: str
    target: str
    props: Props = field(default_factory=dict)


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Year = Annotated[int, Field(ge=1900, le=2100)]
Area = Literal[AREAS]  # type: ignore[valid-type]
Direction = Literal[DIRECTIONS]  # type: ignore[valid-type]


class Part(BaseModel):
    """A value inside a record; unknown fields are errors, so that no typo is swallowed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Figure(Part):
    """One figure with its evidence: value, unit, what it is compared with, year, origin.

    `value` is in `unit` (a spelling that `kg.units` knows, or "" when dimensionless);
    `low`/`high` and `baseline_low`/`baseline_high` are in the same unit.
    `per_year` says that the quantity is annual although its unit does not say so.
    `origin` is the collected record and position that it was carried over from ("key#2").
    """

    name: Text
    value: float
    unit: str = ""
    indicator: str = "other"
    per_year: bool = False
    qualifier: Literal["约", "超过", "不低于", "不超过", "近", "达到"] | None = None
    low: float | None = None
    high: float | None = None
    baseline: Text | None = None
    baseline_low: float | None = None
    baseline_high: float | None = None
    better: Literal["higher", "lower"] | None = None
    group: Literal[FIGURE_GROUPS] = "其他"  # type: ignore[valid-type]
    evidence: Evidence = Evidence.PRESS
    year: Year | None = None
    note: Text | None = None
    source: str | None = None
    origin: str | None = None

    @property
    def amount(self) -> str:
        """Value or range with unit in words: 约 70 kWh/kg, 180～200 kWh/kg, 12 万kWh/a."""
        unit = annual(self.unit) if self.per_year else self.unit
        text = display(self.value, unit)
        if self.low is not None and self.high is not None and self.low != self.high:
            text = f"{display(self.low, '')}～{display(self.high, unit)}"
        return f"{self.qualifier} {text}" if self.qualifier else text


class Honour(Part):
    """A title somebody has been given, with its year and who gave it where known."""

    title: Text
    year: Year | None = None
    issuer: Text | None = None


class Record(BaseModel):
    """Base of typed nodes. `id` is the node's id; everything else becomes its properties."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    labels: ClassVar[frozenset[Label]]
    outside: ClassVar[frozenset[str]] = frozenset({"id"})
    """Fields that are the node's id or label and so no properties."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z]{1,50}-[A-Za-z0-9][A-Za-z0-9._~-]*$")]

    @property
    def label(self) -> Label:
        """The node's label; records with several possible labels override this."""
        (label,) = self.labels
        return label

    def to_node(self, revision: int = 0) -> Node:
        """Return the plain node; absent values and empty lists are left out."""
        data = self.model_dump(mode="json", exclude=set(self.outside), exclude_none=True)
        props = {key: value for key, value in data.items() if value not in ([], {})}
        return Node(self.id, self.label, props, revision)

    @classmethod
    def from_node(cls, node: Node) -> Self:
        """Rebuild the record.

        Raises:
            InvalidNode: the label is not this record's, or a property does not fit.
        """
        if node.label not in cls.labels:
            raise InvalidNode(f"“{node.id}”的类型是 {node.label}，不能当作 {cls.__name__} 读取。")
        extra = {"kind": node.label} if "kind" in cls.outside else {}
        try:
            return cls.model_validate({"id": node.id, **extra, **node.props})
        except ValidationError as error:
            raise InvalidNode(f"“{node.id}”的内容不合规：{first_problem(error)}") from error


def first_problem(error: ValidationError) -> str:
    """Say the first problem of a validation error: where, what, and the value that was given."""
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "整条记录"
    return f"{where}：{first['msg']}（给出的是 {first['input']!r:.80}）"


class Entry(Record):
    """A technology, a piece of equipment or a product of the catalogue.

    `problem` are plant problems it answers in everyday words; `keys` the collected records
    that were merged into it.
    """

    labels = ENTRY_LABELS
    outside = frozenset({"id", "kind"})

    kind: Literal[Label.TECHNOLOGY, Label.EQUIPMENT, Label.PRODUCT]
    name: Text
    aliases: list[Text] = []
    use: Text | None = None
    summary: Text
    problem: list[Text] = []
    principle: Text | None = None
    replaces: Text | None = None
    conditions: Text | None = None
    area: Area
    direction: Direction
    figures: list[Figure] = []
    keys: list[str] = []
    year: Year | None = None
    added: str | None = None
    honours: list[Honour] = []

    @property
    def label(self) -> Label:
        """Technology, Equipment or Product."""
        return self.kind


class Organization(Record):
    """A supplier, user, institute, park or service body."""

    labels = frozenset({Label.ORGANIZATION})

    name: Text
    aliases: list[Text] = []
    type: Literal[ORGANIZATION_TYPES] | None = None  # type: ignore[valid-type]
    business: Text | None = None
    honours: list[Honour] = []
    keys: list[str] = []


class Demand(Record):
    """A need of a plant: open, under way or done."""

    labels = frozenset({Label.DEMAND})

    title: Text
    situation: Text
    requirements: list[Text] = []
    goal: Text | None = None
    result: Text | None = None
    solutions: list[Text] = []
    targets: list[Figure] = []
    status: Literal[DEMAND_STATUSES]  # type: ignore[valid-type]
    year: Year | None = None
    keys: list[str] = []
    added: str | None = None


class Case(Record):
    """One application of an entry at a place, with its year and effect."""

    labels = frozenset({Label.CASE})

    title: Text
    user: Text | None = None
    scale: Text | None = None
    effect: Text | None = None
    investment: Text | None = None
    status: Literal[CASE_STATUSES] = "已投运"  # type: ignore[valid-type]
    year: Year | None = None
    keys: list[str] = []


class Region(Record):
    """An administrative division of GB/T 2260, or a development zone (level `zone`)."""

    labels = frozenset({Label.REGION})

    code: Text
    name: Text
    short: Text
    level: Literal["country", "province", "prefecture", "county", "zone"]
    aliases: list[Text] = []


class Industry(Record):
    """A 门类, 大类, 中类 or 小类 of GB/T 4754-2017."""

    labels = frozenset({Label.INDUSTRY})

    code: Text
    name: Text
    level: Literal["section", "division", "group", "class"]
    aliases: list[Text] = []
    definition: Text | None = None


class Concept(Record):
    """An area, direction, process or technology family, with synonyms and lay words."""

    labels = frozenset({Label.CONCEPT})

    scheme: Literal["area", "direction", "process", "technology"]
    name: Text
    definition: Text | None = None
    synonyms: list[Text] = []
    narrower: list[Text] = []
    lay: list[Text] = []


class Material(Record):
    """A waste, by-product, energy stream, water or recovered product."""

    labels = frozenset({Label.MATERIAL})

    name: Text
    kind: Literal["waste", "by-product", "energy", "water", "product", "raw"]
    definition: Text | None = None
    synonyms: list[Text] = []
    narrower: list[Text] = []
    lay: list[Text] = []


class Document(Record):
    """A source: title, publisher, year, and its address where that is fit to link."""

    labels = frozenset({Label.DOCUMENT})

    title: Text
    publisher: Text | None = None
    year: Year | None = None
    url: Text | None = None


class Feedback(Record):
    """What a reader says is wrong with a page; private, kept for staff.

    `about` and `revision` name the node as it was read: the edge ABOUT goes when that node is
    removed, what was said of it stays. `at` is the time in UTC, ISO 8601. `page` is a path.
    `contact` is the only personal value, and nobody has to give it.
    """

    labels = frozenset({Label.FEEDBACK})

    about: Text
    revision: Annotated[int, Field(ge=1)]
    page: Text
    at: Text
    part: Literal[FEEDBACK_PARTS]  # type: ignore[valid-type]
    wrong: Annotated[Text, Field(max_length=2000)]
    right: Annotated[Text, Field(max_length=2000)] | None = None
    source: Annotated[Text, Field(max_length=500)] | None = None
    contact: Annotated[Text, Field(max_length=100)] | None = None


RECORDS: dict[Label, type[Record]] = {
    label: record
    for record in (
        Entry, Organization, Demand, Case, Region, Industry, Concept, Material, Document, Feedback,
    )
    for label in record.labels
}  # fmt: skip
