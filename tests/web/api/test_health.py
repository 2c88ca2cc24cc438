"""Alive and ready are two things."""

from dataclasses import replace

from fastapi.testclient import TestClient

from kg.stores.sqlite import SqliteGraphStore
from web.app import create_app
from web.bootstrap import Platform


def test_ready_with_words_only(client: TestClient) -> None:
    answer = client.get("http://testserver/readyz")
    assert answer.status_code == 200
    checks = answer.json()["checks"]
    assert checks["store"]["status"] == checks["index"]["status"] == "ok"
    assert checks["index"]["entries"] > 200
    assert checks["model"]["status"] == "absent"
    assert answer.headers["cache-control"] == "no-store"


def test_alive_but_not_ready_without_the_store(platform: Platform) -> None:
    store = SqliteGraphStore(None)
    store.close()
    with TestClient(create_app(replace(platform, store=store))) as client:
        assert client.get("/healthz").json() == {"status": "ok"}
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        body = answer.json()
        assert (body["status"], body["checks"]["store"]["status"]) == ("failed", "failed")
