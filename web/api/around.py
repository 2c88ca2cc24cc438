"""What stands beside a node, sorted by relation, as short references."""

from collections import defaultdict
from typing import Literal

from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import Label, Relation
from web.api.refs import Addresses, Json

Side = tuple[Relation, Literal["out", "in"]]


class Around:
    """The public neighbours of one node, read once."""

    def __init__(self, store: GraphStore, node_id: str, at: Addresses) -> None:
        self._at = at
        self._sides: dict[Side, list[Node]] = defaultdict(list)
        for one in store.neighbours(node_id):
            side: Side = (one.edge.relation, "out" if one.edge.source == node_id else "in")
            self._sides[side].append(one.node)

    def out(self, relation: Relation, label: Label | None = None) -> list[Json]:
        """Return where the node's relations lead to (of one label, if given)."""
        return self._refs((relation, "out"), label)

    def into(self, relation: Relation) -> list[Json]:
        """Return where relations to the node come from."""
        return self._refs((relation, "in"))

    def cases(self, relation: Relation) -> list[Json]:
        """Return the cases whose relation leads to the node, newest first."""
        nodes = sorted(self._sides[relation, "in"], key=lambda n: (-n.props.get("year", 0), n.id))
        return [
            {
                **self._at.ref(node),
                "user": node.props.get("user"),
                "effect": node.props.get("effect"),
                "status": node.props.get("status", "已投运"),
                "year": node.props.get("year"),
            }
            for node in nodes
        ]

    def sources(self) -> list[Json]:
        """Return the documents that the node rests on."""
        return [
            {
                **self._at.ref(node),
                "publisher": node.props.get("publisher"),
                "year": node.props.get("year"),
                "link": node.props.get("url"),
            }
            for node in self._sides[Relation.CITES, "out"]
        ]

    def _refs(self, side: Side, label: Label | None = None) -> list[Json]:
        return self._at.refs(n for n in self._sides[side] if label in {None, n.label})
