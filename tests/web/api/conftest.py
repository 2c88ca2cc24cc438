"""The real store with the real seeds and the real engine, some private nodes among them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kg.model import Edge, Node
from kg.vocabulary import Label, Relation
from web.api.answers import json_bytes
from web.api.description import document
from web.app import create_app
from web.bootstrap import Platform, open_platform
from web.settings import Settings

SECRET = "秘密内容"
PRIVATE = ("user-secret", "draft-secret")


@pytest.fixture(scope="session")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """The seeds in a store of their own, searched by words: the API does not care how."""
    folder: Path = tmp_path_factory.mktemp("api")
    with open_platform(Settings(_env_file=None, data=folder, embedding_model="none")) as opened:
        store = opened.store
        store.put(Node("user-secret", Label.USER, {"name": SECRET}))
        store.put(Node("draft-secret", Label.DRAFT, {"title": SECRET}))
        store.relate(Edge(Relation.ABOUT, "user-secret", "entry-0001"))
        store.relate(Edge(Relation.ABOUT, "draft-secret", "entry-0001"))
        yield opened


@pytest.fixture(scope="session")
def app(platform: Platform) -> FastAPI:
    return create_app(platform)


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, base_url="http://testserver/api/v1/") as opened:
        yield opened


@pytest.fixture(scope="session")
def described() -> dict[str, Any]:
    """The OpenAPI document, as it leaves: without anything that is no JSON."""
    found: dict[str, Any] = json.loads(json_bytes(document()))
    return found
