"""The nodes at the other ends of many nodes' relations, read at once."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import Relation


@dataclass(frozen=True, slots=True)
class Ends:
    """Nodes by (id, relation), in the order of the store."""

    found: Mapping[tuple[str, Relation], Sequence[Node]]

    @classmethod
    def read(
        cls, store: GraphStore, nodes: Iterable[Node], relations: Collection[Relation]
    ) -> "Ends":
        """Read the other ends of all these relations of all these nodes."""
        pairs: dict[tuple[str, Relation], list[str]] = defaultdict(list)
        for edge in store.edges([node.id for node in nodes], relations):
            pairs[edge.source, edge.relation].append(edge.target)
        known = store.get_many({end for ends in pairs.values() for end in ends})
        return cls({key: [known[i] for i in ends if i in known] for key, ends in pairs.items()})

    def of(self, node_id: str, relation: Relation) -> Sequence[Node]:
        """Return the nodes at the other end; none where there are none."""
        return self.found.get((node_id, relation), ())
