"""The address of a graph: a SQLite file or a Neo4j server, read from text and checked.

Nothing is opened here. An address never carries a user or a password: it is shown and logged.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult, urlsplit

SQLITE = "sqlite:///"
NEO4J = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_DATABASE = re.compile(r"[A-Za-z][A-Za-z0-9.-]{2,62}")
_LOGIN = re.compile(r"^([\w+.-]*:/+)?.*@", re.DOTALL)


@dataclass(frozen=True, slots=True)
class StoreAddress:
    """Either `file` (SQLite), or `uri` (Neo4j) with a `database`, None for the user's own."""

    file: Path | None = None
    uri: str = ""
    database: str | None = None

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `sqlite:///path` or `neo4j://host[:port][/database]` (also `bolt`, `+s`, `+ssc`).

        Raises:
            ValueError: says in Chinese what is expected.
        """
        if text.startswith(SQLITE) and len(text) > len(SQLITE):
            return cls(file=Path(text.removeprefix(SQLITE)))
        # anywhere: a password may hold what ends the host, such as / or #
        if "@" in text:
            raise ValueError("地址里不要写用户名和密码，请改用 KG_STORE_USER 和 KG_STORE_PASSWORD")
        try:
            parts = urlsplit(text)
            port_is_good = parts.port != 0
        except ValueError:
            raise ValueError(_EXPECTED) from None
        if parts.scheme not in NEO4J or not parts.hostname or not port_is_good or parts.fragment:
            raise ValueError(_EXPECTED)
        return cls._of_server(parts)

    @classmethod
    def _of_server(cls, parts: SplitResult) -> Self:
        database = parts.path.strip("/")
        if database and not _DATABASE.fullmatch(database):
            raise ValueError(f"“{database}”不是 Neo4j 的数据库名，例如 neo4j://主机:7687/neo4j")
        query = f"?{parts.query}" if parts.query else ""
        return cls(uri=f"{parts.scheme}://{parts.netloc}{query}", database=database or None)

    @property
    def on_neo4j(self) -> bool:
        """Whether the graph is on a server."""
        return self.file is None

    def __str__(self) -> str:
        if self.file is not None:
            return str(self.file)
        return self.uri if self.database is None else f"{self.uri} 数据库 {self.database}"


_EXPECTED = "要写成 sqlite:///文件路径 或 neo4j://主机:端口，或留空"


def without_login(text: str) -> str:
    """Return an address without what stands before the host: it could be a password."""
    return _LOGIN.sub(r"\1***@", text)
