"""What a search is asked and what it answers: plain values, the same for pages, API and tools."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from search.documents import Card

Mode = Literal["hybrid", "lexical", "dense"]
Sort = Literal["relevance", "evidence", "newest"]
MODES: tuple[Mode, ...] = ("hybrid", "lexical", "dense")
SORTS: tuple[Sort, ...] = ("relevance", "evidence", "newest")
FACETS = (
    "kind", "area", "direction", "industry", "region", "organization", "has_cases", "evidence",
    "year",
)  # fmt: skip
FACET_NAMES = {
    "kind": "类别", "area": "领域", "direction": "方向", "industry": "行业", "region": "地区",
    "organization": "单位", "has_cases": "应用案例", "evidence": "证据类型", "year": "年份",
    "status": "状态",
}  # fmt: skip
MAX_TEXT = 10_000
MAX_SIZE = 100


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A question.

    `filters`: facet -> chosen values (any of them; all facets together must hold).
    `dropped`: ids of understood conditions that the person took away.
    `literal`: take the text as typed, without same-sound correction.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dropped: frozenset[str] = frozenset()
    literal: bool = False
    mode: Mode = "hybrid"
    sort: Sort = "relevance"
    page: int = 1
    size: int = 20


@dataclass(frozen=True, slots=True)
class Marked:
    """Text in stretches; those with `hit` are the words that were found."""

    parts: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """The text without marks."""
        return "".join(part for part, _hit in self.parts)


@dataclass(frozen=True, slots=True)
class Condition:
    """Something understood in the question.

    `strict` conditions filter the list; the others only raise what fits them. `id` names it in
    `SearchRequest.dropped`; `words` are the words of the question that it stands for.
    """

    id: str
    kind: Literal["region", "kind", "industry", "organization", "number"]
    label: str
    words: str
    strict: bool


@dataclass(frozen=True, slots=True)
class FacetValue:
    """A value with the number of candidates that have it; `depth` indents trees."""

    value: str
    label: str
    count: int
    chosen: bool = False
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet: its values by count (trees: parents before children), the chosen ones marked.

    Counts are those of the list one gets by choosing that value *in place of* the facet's
    present choice (all other facets kept), as in a multi-choice list.
    """

    name: str
    label: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """One result. `partial`: stands below the line 以下只是部分相关.

    `reasons` say in words why it is listed, `misses` which condition it does not meet.
    """

    id: str
    title: Marked
    snippet: Marked
    card: Card
    partial: bool
    reasons: tuple[str, ...]
    misses: tuple[str, ...] = ()
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class Relaxation:
    """What one would get without one condition or filter: `total` items, of them `good`; with
    `at_least`, there may be more."""

    label: str
    total: int
    good: int
    request: SearchRequest
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class SearchResult:
    """An answer.

    `total` is the number of items that can be paged to; `good` of them stand above the line.
    `elsewhere` are the nearest ones that meet all but a strict condition; they are not in
    `total`. `corrected` is the text that was searched when same-sound typos were put right.
    `lexical_only`: there is no embedding model. `total_is_lower_bound`: the index did not look at
    everything, so there may be more than `total` (and `good`); `counts_are_lower_bounds` says the
    same of the counts of facets.
    """

    request: SearchRequest
    corrected: str | None
    conditions: tuple[Condition, ...]
    total: int
    good: int
    hits: tuple[Hit, ...]
    pages: int
    facets: tuple[Facet, ...]
    elsewhere: tuple[Hit, ...] = ()
    relaxations: tuple[Relaxation, ...] = ()
    lexical_only: bool = False
    total_is_lower_bound: bool = False
    counts_are_lower_bounds: bool = False

    @property
    def nothing_fits(self) -> bool:
        """Whether the catalogue holds nothing that answers the question."""
        return self.good == 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion while typing: the text to search for or the page to open."""

    text: str
    kind: Literal["entry", "concept", "organization", "industry", "region", "demand"]
    id: str | None = None


Fit = Literal["高度匹配", "可能匹配", "供参考"]
Verdict = Literal["符合", "部分符合", "不符合", "未知"]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion of a match: the verdict and the fact that it rests on."""

    name: str
    verdict: Verdict
    fact: str


@dataclass(frozen=True, slots=True)
class DemandQuery:
    """A need as text and fields (codes and ids of the vocabularies; all optional).

    `targets` are wanted figures: (indicator, value, unit).
    """

    text: str
    industries: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    concepts: tuple[str, ...] = ()
    materials: tuple[str, ...] = ()
    targets: tuple[tuple[str, float, str], ...] = ()
    budget: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """One matched entry (or demand) with all criteria of `search.criteria.NAMES`, in that order.

    `fit` orders and groups: 高度匹配, 可能匹配, 供参考. `reason` is one sentence; `proof` the
    wording of a case that shows it, where there is one; `solved` says that the record
    itself names this entry as what solved the demand.
    """

    id: str
    title: str
    card: Card
    fit: Fit
    criteria: tuple[Criterion, ...]
    reason: str
    proof: str | None = None
    solved: bool = False
    score: float = 0.0


@dataclass(frozen=True, slots=True)
class MatchResult:
    """Matches of one demand or one entry; `total` before the limit."""

    subject: str
    total: int
    matches: tuple[Match, ...]
    lexical_only: bool = False
