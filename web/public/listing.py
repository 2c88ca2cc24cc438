"""What the plain lists of demands and organisations share: province, one choice, pages.

These lists are read from the store page by page (cursors); searching them is the engine's part.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.model import Node
from kg.store import Filter, GraphStore, Op, Query, Related
from kg.vocabulary import Label, Relation
from search.errors import InvalidRequest
from web.public.site import Facts
from web.public.words import PROVINCES

PAGE_SIZE = 30


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it; `value` is the chosen one of `field`."""

    label: Label
    field: str
    value: str
    region: str
    after: str

    def params(self, **changed: str) -> list[tuple[str, str]]:
        """Return the parameters of the address with some of them exchanged, from page one."""
        all_of = {self.field: self.value, "region": self.region, "after": "", **changed}
        return [(name, value) for name, value in all_of.items() if value]


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice with its number of nodes."""

    label: str
    count: int
    params: Sequence[tuple[str, str]]
    current: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list; `next_params` is None on the last page."""

    total: int
    nodes: Sequence[Node]
    choices: Sequence[Tab]
    regions: Sequence[Tab]
    next_params: Sequence[tuple[str, str]] | None
    first: bool


def list_query(
    facts: Facts, asked: Asked, names: Mapping[str, str], order_by: str, limit: int = PAGE_SIZE
) -> Query:
    """Return the query behind a list; `names` are the field's values with their wording.

    Raises:
        InvalidRequest: an unknown value or region.
    """
    if asked.value not in {"", *names}:
        raise InvalidRequest(
            f"没有“{asked.value:.20}”这一类，请从“{'、'.join(names.values())}”中选择。"
        )
    if asked.region not in {"", *PROVINCES}:
        raise InvalidRequest(f"没有“{asked.region:.20}”这个地区，请选择重庆或四川。")
    return replace(
        _chosen(facts, asked, asked.value, asked.region),
        order_by=order_by,
        descending=order_by == "year",
        limit=limit,
        after=asked.after or None,
    )


def _chosen(facts: Facts, asked: Asked, value: str, region: str) -> Query:
    filters = (Filter(asked.field, Op.EQ, value),) if value else ()
    within = (Related(Relation.LOCATED_IN, "out", facts.province(region)),) if region else ()
    return Query(frozenset({asked.label}), filters, within)


def read_list(
    store: GraphStore, facts: Facts, asked: Asked, names: Mapping[str, str], order_by: str
) -> Listed:
    """Return the page that is asked for.

    Raises:
        InvalidRequest: as `list_query`. InvalidQuery: a bad cursor.
    """

    def tab(label: str, value: str, region: str, *, current: bool) -> Tab:
        params = asked.params(**{asked.field: value, "region": region})
        return Tab(label, store.count(_chosen(facts, asked, value, region)), params, current)

    wanted = list_query(facts, asked, names, order_by)
    page = store.find(wanted)
    return Listed(
        total=store.count(wanted),
        nodes=page.nodes,
        choices=[
            tab(label, value, asked.region, current=value == asked.value)
            for value, label in {"": "全部", **names}.items()
        ],
        regions=[
            tab(label, asked.value, region, current=region == asked.region)
            for region, label in {"": "全部地区", **PROVINCES}.items()
        ],
        next_params=asked.params(after=page.after) if page.after else None,
        first=not asked.after,
    )
