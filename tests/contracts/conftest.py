"""Fixtures of the contract kit: an empty store, and a place where a persistent one lives."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.contracts.graph_store")

from kg.store import GraphStore  # noqa: E402 - the registration above has to come first
from tests.contracts.backends import BACKENDS  # noqa: E402
from tests.contracts.place import Place  # noqa: E402


@pytest.fixture(params=BACKENDS, ids=lambda backend: backend.name)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GraphStore]:
    """An empty store of each backend."""
    request.param.erase(tmp_path)
    opened = request.param.open(tmp_path)
    yield opened
    opened.close()


@pytest.fixture(
    params=[backend for backend in BACKENDS if backend.persistent],
    ids=lambda backend: backend.name,
)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """The place of an empty graph, of each backend that outlives its process."""
    request.param.erase(tmp_path)
    place = Place(request.param, tmp_path)
    yield place
    place.close()
