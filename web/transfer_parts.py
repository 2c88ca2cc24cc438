"""What the commands that move graphs are given and what they return; nothing heavy."""

from dataclasses import dataclass

from web.addresses import StoreAddress


@dataclass(frozen=True, slots=True)
class Login:
    """A place with what opens it; user and password are for servers."""

    address: StoreAddress
    user: str = ""
    password: str = ""

    @property
    def identity(self) -> str:
        """The same for the same graph, however its address is written."""
        file = self.address.file
        return f"sqlite:///{file.resolve()}" if file else str(self.address)


@dataclass(frozen=True, slots=True)
class Done:
    """What was carried, with its checksum, and whether an earlier run had begun it."""

    nodes: int
    edges: int
    checksum: str
    vectors: int
    resumed: bool
    seconds: float
    file: str | None = None
    size: int | None = None
