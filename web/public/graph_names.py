"""Finds nodes of the graph by what somebody calls them."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg.model import Node
from kg.vocabulary import PRIVATE_LABELS
from search.trees import Trees
from web.bootstrap import Platform
from web.public.graph_words import kind_of, name_of

LONGEST = 60
MOST = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """A text that should name a node: `node` when it plainly does, else what it may mean."""

    text: str
    node: Node | None = None
    choices: Sequence[Node] = ()


@dataclass(frozen=True, slots=True)
class Names:
    """Looks names up among everything that can be searched for and in the vocabularies."""

    platform: Platform
    trees: Trees

    def resolve(self, text: str) -> Asked:
        """Return the node with this id or name; several of the name, or like it, are choices."""
        asked = text.strip()[:LONGEST]
        if not asked:
            return Asked("")
        given = self.platform.store.get_many([asked]).get(asked)
        if given is not None and given.label not in PRIVATE_LABELS:
            return Asked(name_of(given), given)
        found = self.find(asked)
        exact = [node for node in found if normal(asked) in map(normal, _wordings(node))]
        if len(exact) == 1:
            return Asked(asked, exact[0])
        return Asked(asked, None, exact or found)

    def find(self, text: str, limit: int = MOST) -> list[Node]:
        """Return nodes so called, the best first: same name, same beginning, any part."""
        asked = normal(text)[:LONGEST]
        if not asked:
            return []
        ids = [one.id for one in self.platform.engine.suggest(text.strip(), limit) if one.id]
        found = self.platform.store.get_many(ids)
        ranked = [(rank, len(name_of(n)), n) for n in found.values() if (rank := _rank(asked, n))]
        ranked += [
            (rank, len(name_of(n)), n)
            for n in self.trees.nodes.values()
            if n.id not in found and (rank := _rank(asked, n))
        ]
        ordered = [n for _rank_, _length, n in sorted(ranked, key=lambda r: (-r[0], r[1], r[2].id))]
        sounding = [n for n in found.values() if not _rank(asked, n)]
        return [n for n in (*ordered, *sounding) if n.label not in PRIVATE_LABELS][:limit]


def normal(text: str) -> str:
    """Return the text without differences of width, case and outer space."""
    return unicodedata.normalize("NFKC", text).casefold().strip()


def worded(nodes: Iterable[Node], trees: Trees) -> Iterator[tuple[Node, str]]:
    """Yield nodes with what tells those of one name apart: 地区，属于重庆市."""
    for node in nodes:
        above = trees.parents.get(node.id)
        within = f"，属于{trees.name(above)}" if above in trees.nodes and above else ""
        yield node, f"{kind_of(node)}{within}"


def _wordings(node: Node) -> list[str]:
    props = node.props
    return [name_of(node), *props.get("aliases", ()), *props.get("synonyms", ())]


def _rank(asked: str, node: Node) -> int:
    """Return 3 for the same name, 2 for the same beginning, 1 for a part, 0 for none."""
    names = [normal(name) for name in _wordings(node)]
    if asked in names:
        return 3
    if any(name.startswith(asked) for name in names):
        return 2
    return int(any(asked in name for name in names))
