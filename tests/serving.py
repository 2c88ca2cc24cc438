"""Real servers for tests: `greenkg serve` in a process of its own, and a Neo4j one can kill."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

COMMAND = (sys.executable, "-c", "import sys; from web.cli import main; sys.exit(main())")
PATIENCE = 240
"""Seconds that a start may take on a busy machine."""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
    return port


def eventually(ask: Callable[[], bool], patience: float = PATIENCE) -> bool:
    """Ask again and again until the answer is yes, or patience ends."""
    give_up = time.monotonic() + patience
    while not ask():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def environment(settings: dict[str, str]) -> dict[str, str]:
    """The environment of a child that has these settings and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("KG_")}  # noqa: TID251
    return {**kept, **settings}


class Serving:
    """A process that serves, with a data folder of its own."""

    def __init__(self, folder: Path, model: Path | None, settings: dict[str, str]) -> None:
        """`model` None searches by words only."""
        folder.mkdir(exist_ok=True)
        port = free_port()
        own = {"KG_DATA": str(folder), "KG_PORT": str(port)}
        if model is None:
            own["KG_EMBEDDING_MODEL"] = "none"
        else:
            (folder / "model").symlink_to(model)
        self._said = folder / "said.txt"
        with self._said.open("wb") as said:
            self._process = subprocess.Popen(
                [*COMMAND, "serve"],
                env={**environment(settings), **own},
                stdout=said,
                stderr=subprocess.STDOUT,
                # the modules of this tree, yet no .env of it
            )
        self.web = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)

    @property
    def said(self) -> str:
        return self._said.read_text("utf-8")

    def wait(self) -> "Serving":
        """Return when it answers."""
        eventually(lambda: "已启动：" in self.said or self._process.poll() is not None)
        assert "已启动：" in self.said, self.said
        return self

    def ended(self) -> int:
        """Wait for the end and return the exit code."""
        return self._process.wait(PATIENCE)

    def ids(self, text: str) -> list[str]:
        """What a search finds."""
        answer = self.web.get("/api/v1/search", params={"q": text}).raise_for_status()
        return [hit["id"] for hit in answer.json()["hits"]]

    def ready(self) -> bool:
        return self.web.get("/readyz").status_code == 200

    def stop(self) -> None:
        self.web.close()
        self._process.kill()
        self._process.wait()


class Database:
    """A Neo4j server for one test module: it may be killed, since nobody else uses it."""

    password = "for this test only"

    def __init__(self, script: str, home: Path) -> None:
        self._script, self._home, self.port = script, home, free_port()

    @property
    def uri(self) -> str:
        return f"neo4j://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        return {"KG_STORE": self.uri, "KG_STORE_PASSWORD": self.password}

    def _do(self, action: str, *options: str) -> None:
        command = [self._script, action, "--home", str(self._home), *options]
        ran = subprocess.run(command, capture_output=True, text=True, timeout=150, check=False)
        assert ran.returncode == 0, ran.stderr

    def start(self) -> None:
        small = ("--heap", "400m", "--pagecache", "64m")
        self._do("start", "--port", str(self.port), "--password", self.password, *small)

    def kill(self) -> None:
        """Kill -9: nothing is closed, nothing is told."""
        self._do("kill")


def script_or_skip(found: str | None) -> str:
    """The script of `tests.parts.neo4j_script`; in CI it has to be there."""
    return found or pytest.skip("没有启停 Neo4j 的脚本（KG_TEST_NEO4J_SERVER）")
