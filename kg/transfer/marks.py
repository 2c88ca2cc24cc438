"""How far an import is: what stands in the target while it is unfinished."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

from kg.transfer.records import NO_EDGE, EdgeKey


@dataclass(frozen=True, slots=True)
class Mark:
    """An unfinished import: of which source, and what of it is in the target.

    `source` tells the source from others (an address, the sum of a file) and `position` is the
    seq of its newest change that has been taken in. While `erasing`, the target still loses what
    it held before. Then `node` and `edge` are the last ones written; nodes come first. `broken`
    says that the two sides differed at the end.
    """

    task: Literal["copy", "restore"]
    source: str
    position: int
    erasing: bool = False
    node: str = ""
    nodes_done: bool = False
    edge: EdgeKey = NO_EDGE
    broken: bool = False

    def text(self) -> str:
        """Return it as a store keeps it."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True)

    @classmethod
    def of_text(cls, text: str) -> "Mark | None":
        """Read what `text` has written; None when another version has."""
        try:
            values = json.loads(text)
            source, relation, target = values.pop("edge")
            return cls(**values, edge=(source, relation, target))
        except (ValueError, TypeError, KeyError, AttributeError):
            return None
