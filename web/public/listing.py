"""The plain lists of demands and organisations: filters with their counts, words, pages.

All nodes of a list are kept in memory with what they are filtered and ordered by, read anew when
the graph has changed: so each count is the length of the list behind it.
"""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil
from threading import Lock

from kg.model import Node
from kg.query import Query
from kg.store import GraphStore
from kg.vocabulary import Label
from search.errors import InvalidRequest
from search.trees import Trees
from web.public.site import Facts
from web.public.words import PROVINCES

PAGE_SIZE = 30
BATCH = 200
LONGEST = 100


@dataclass(frozen=True, slots=True)
class Item:
    """A node of a list: its values by field, the words that find it, and its place."""

    node: Node
    values: Mapping[str, frozenset[str]]
    words: str
    order: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Choosable:
    """A field to filter by: its wording, and the values that can be chosen, in order.

    `names` gives value -> (wording, depth). The first field of a list and the province show all
    their values; the others those that something has.
    """

    name: str
    label: str
    names: Mapping[str, tuple[str, int]]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All items in their order, and the fields."""

    items: Sequence[Item]
    fields: Sequence[Choosable]


@dataclass(frozen=True, slots=True)
class Asked:
    """A list as its address asks for it."""

    values: Mapping[str, str]
    text: str = ""
    page: int = 1

    def params(self, **changed: str) -> list[tuple[str, str]]:
        """Return the parameters of the address with some of them exchanged, from page one."""
        all_of = {**self.values, "q": self.text, "page": "", **changed}
        return [(name, value) for name, value in all_of.items() if value]


@dataclass(frozen=True, slots=True)
class Tab:
    """A choice with its number of nodes; `depth` indents trees."""

    label: str
    count: int
    params: Sequence[tuple[str, str]]
    current: bool
    value: str = ""
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Select:
    """A field with its choices as a list to unfold; `chosen` is None for all."""

    name: str
    label: str
    options: Sequence[Tab]
    chosen: Tab | None


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list: `choices` and `regions` as rows of links, `selects` as a form."""

    asked: Asked
    total: int
    nodes: Sequence[Node]
    choices: Sequence[Tab]
    regions: Sequence[Tab]
    selects: Sequence[Select]
    page: int
    pages: int
    first: bool
    found: Sequence[str] = ()
    """The ids of the whole list."""

    @property
    def words(self) -> str:
        """What was chosen, in words; empty for everything."""
        chosen = [next((tab.label for tab in self.choices if tab.current and tab.value), "")]
        chosen += [select.chosen.label for select in self.selects if select.chosen]
        chosen += [f"含“{self.asked.text}”"] if self.asked.text else []
        return "、".join(filter(None, chosen))

    def at(self, page: int) -> list[tuple[str, str]]:
        """Return the parameters of another page."""
        return self.asked.params(page=str(page) if page > 1 else "")


class ListKeeper:
    """Keeps the catalogues and reads them anew when the graph has changed."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._kept: dict[str, tuple[int, Catalogue]] = {}

    def read(self, name: str, facts: Facts, make: Callable[[], Catalogue]) -> Catalogue:
        """Return the catalogue of that name for this state of the graph."""
        with self._lock:
            kept = self._kept.get(name)
            if kept is None or kept[0] != facts.position:
                kept = self._kept[name] = facts.position, make()
            return kept[1]


def read_asked(pairs: Iterable[tuple[str, str]], catalogue: Catalogue) -> Asked:
    """Return what the parameters ask for; those of others are left alone.

    Raises:
        InvalidRequest: an unknown value, too long a text, or a page that is no number.
    """
    single = dict(pairs)
    values = {}
    for one in catalogue.fields:
        value = single.get(one.name, "")
        if value and value not in one.names:
            some = "、".join(name for name, _depth in list(one.names.values())[:6])
            raise InvalidRequest(f"{one.label}没有“{value:.20}”这一项，请从列表中选择，如{some}。")
        values[one.name] = value
    text, page = single.get("q", "").strip(), single.get("page", "")
    if len(text) > LONGEST:
        raise InvalidRequest(f"查找的文字有 {len(text)} 字，最多 {LONGEST} 字，请删减。")
    if page and not (page.isascii() and page.isdecimal() and len(page) < 6 and int(page)):
        raise InvalidRequest(f"页码“{page:.20}”不对，页码要是从 1 开始的整数。")
    return Asked(values, text, int(page or 1))


def read_list(catalogue: Catalogue, asked: Asked) -> Listed:
    """Return the page that is asked for.

    Raises:
        InvalidRequest: there is no such page.
    """
    wanted = folded(asked.text)
    found = [item for item in catalogue.items if wanted in item.words]
    matching = [item for item in found if _fits(item, asked.values)]
    pages = max(1, ceil(len(matching) / PAGE_SIZE))
    if asked.page > pages:
        raise InvalidRequest(f"这个列表只有 {pages} 页，没有第 {asked.page} 页。")
    rows = {one.name: _tabs(one, found, asked) for one in catalogue.fields}
    first, *others = catalogue.fields
    regions = [tab for tab in rows["region"] if tab.value in {"", *PROVINCES}]
    return Listed(
        asked=asked,
        total=len(matching),
        nodes=[item.node for item in matching[(asked.page - 1) * PAGE_SIZE :][:PAGE_SIZE]],
        choices=rows[first.name],
        regions=regions,
        selects=[
            Select(
                one.name,
                one.label,
                [tab for tab in rows[one.name] if tab.count or tab.current],
                next((tab for tab in rows[one.name] if tab.current and tab.value), None),
            )
            for one in others
        ],
        page=asked.page,
        pages=pages,
        first=asked.page == 1,
        found=[item.node.id for item in matching],
    )


def _fits(item: Item, values: Mapping[str, str], but: str = "") -> bool:
    return all(
        value in item.values.get(name, ())
        for name, value in values.items()
        if value and name != but
    )


def _tabs(one: Choosable, found: Sequence[Item], asked: Asked) -> list[Tab]:
    """Return all choices of a field, each with the length of the list that it leads to."""
    others = [item for item in found if _fits(item, asked.values, but=one.name)]
    counts = Counter(value for item in others for value in item.values.get(one.name, ()))
    chosen = asked.values.get(one.name, "")
    everything = "全部地区" if one.name == "region" else "全部"
    return [
        Tab(everything, len(others), asked.params(**{one.name: ""}), not chosen),
        *(
            Tab(
                label, counts[value], asked.params(**{one.name: value}),
                value == chosen, value, depth,
            )
            for value, (label, depth) in one.names.items()
        ),
    ]  # fmt: skip


def all_nodes(store: GraphStore, label: Label) -> list[Node]:
    """Return all nodes of a label by id."""
    out: list[Node] = []
    query = Query(frozenset({label}), limit=BATCH)
    while True:
        page = store.find(query)
        out += page.nodes
        if page.after is None:
            return out
        query = Query(frozenset({label}), limit=BATCH, after=page.after)


def codes_above(trees: Trees, ids: Iterable[str]) -> frozenset[str]:
    """Return the codes of nodes of a tree and of all above them."""
    return frozenset(
        str(trees.nodes[i].props["code"])
        for one in ids
        for i in trees.line(one)
        if i in trees.nodes and trees.nodes[i].props.get("level") != "country"
    )


def tree_names(trees: Trees, label: Label, used: frozenset[str]) -> dict[str, tuple[str, int]]:
    """Return the used values of a tree, parents before children: code -> (name, depth).

    重庆 and 四川 are always there and first.
    """
    nodes = {
        node.id: node
        for node in trees.of(label)
        if node.props["code"] in used or node.props["code"] in PROVINCES
    }
    out: dict[str, tuple[str, int]] = {}

    def walk(parent: str | None, depth: int) -> None:
        below = [n for n in nodes.values() if _parent(trees, nodes, n) == parent]
        for node in sorted(below, key=lambda n: (n.props["code"] not in PROVINCES, n.id)):
            out[str(node.props["code"])] = str(node.props["name"]), depth
            walk(node.id, depth + 1)

    walk(None, 0)
    return out


def _parent(trees: Trees, nodes: Mapping[str, Node], node: Node) -> str | None:
    above = trees.parents.get(node.id)
    return above if above in nodes else None


def folded(text: str) -> str:
    """Return the text as it is searched: full-width and capital letters made plain."""
    return unicodedata.normalize("NFKC", text).casefold()


@lru_cache(200_000)
def sounds(name: str) -> tuple[str, str]:
    """Return the pinyin of a name, syllable by syllable, and its initials."""
    from pypinyin import Style, lazy_pinyin  # its tables take 0.3 s to load

    syllables = lazy_pinyin(folded(name), style=Style.NORMAL)
    return " ".join(syllables), "".join(syllable[:1] for syllable in syllables)
