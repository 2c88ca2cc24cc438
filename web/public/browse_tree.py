"""The tree at the left of a browse page: open along the chosen line, empty branches set apart."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from kg.model import Node
from web.public.browse_holdings import Holdings
from web.public.browse_kinds import HOME_PROVINCES, Kind
from web.public.links import Links


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of the tree with its number of entries; `open` ones show what lies below."""

    name: str
    href: str
    count: int
    current: bool
    demands: int
    below: "Branches"


@dataclass(frozen=True, slots=True)
class Branches:
    """Nodes side by side: those with something, and the empty ones."""

    filled: Sequence[Branch] = ()
    empty: Sequence[Branch] = ()


class Children:
    """The nodes of one kind by parent, in the order people look for them."""

    def __init__(self, kind: Kind, holdings: Holdings) -> None:
        self._kind, self._holdings = kind, holdings
        nodes = {node.id: node for node in kind.nodes(holdings.trees)}
        self._by_parent: dict[str | None, list[Node]] = defaultdict(list)
        for node in nodes.values():
            parent = holdings.trees.parents.get(node.id)
            self._by_parent[parent if parent in nodes else None].append(node)

    def of(self, node_id: str | None) -> list[Node]:
        """Return the children, most entries first; 重庆 and 四川 before other provinces."""

        def order(node: Node) -> tuple[bool, int, int, str]:
            held = self._holdings.of(node.id)
            far = node.props.get("level") == "province" and node.props["code"] not in HOME_PROVINCES
            return far, -len(held.entries), -len(held.demands), node.id

        return sorted(self._by_parent.get(node_id, ()), key=order)

    def filled(self, node_id: str | None) -> list[Node]:
        """Return the children that hold anything."""
        return [node for node in self.of(node_id) if not self._holdings.of(node.id).empty]

    def branches(self, links: Links, chosen: str | None, below: str | None = None) -> Branches:
        """Return the tree below a node, open along the line of the chosen one."""
        line = self._holdings.trees.line(chosen) if chosen else []
        branches = [self._branch(links, chosen, node, line) for node in self.of(below)]
        empty = [
            not (b.current or b.below.filled) and self._holdings.of(node.id).empty
            for b, node in zip(branches, self.of(below), strict=True)
        ]
        return Branches(
            [b for b, is_empty in zip(branches, empty, strict=True) if not is_empty],
            [b for b, is_empty in zip(branches, empty, strict=True) if is_empty],
        )

    def _branch(self, links: Links, chosen: str | None, node: Node, line: Sequence[str]) -> Branch:
        held = self._holdings.of(node.id)
        return Branch(
            name=node.props.get("short") or node.props["name"],
            href=self._kind.href(links, node),
            count=len(held.entries),
            current=node.id == chosen,
            demands=len(held.demands),
            below=self.branches(links, chosen, node.id) if node.id in line else Branches(),
        )
