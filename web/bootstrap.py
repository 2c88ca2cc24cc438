"""Opens everything once and wires it: store, seeds, embedding model, index, engine.

`open_platform` is what the web application, the command line and the tests start from.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from kg.store import GraphStore
from web.embedding import EncoderState
from web.settings import Settings

if TYPE_CHECKING:
    from search.engine import SearchEngine


@dataclass(frozen=True, slots=True)
class Platform:
    """The opened parts. Close it, or use it in a `with`."""

    settings: Settings
    store: GraphStore
    engine: "SearchEngine"
    encoder: EncoderState

    def close(self) -> None:
        """Release the store. May be repeated."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.close()
