"""Errors: one shape, Chinese sentences that help, and nothing private or internal in them."""

import json
import logging
from dataclasses import replace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from kg import errors as graph_errors
from kg.stores.sqlite import SqliteGraphStore
from search import errors as search_errors
from tests.web.api.json_schema import problems
from web.app import create_app
from web.bootstrap import Platform
from web.errors import MEANINGS, UNEXPECTED, meaning_of
from web.settings import Settings

PROBLEM = {"$ref": "#/components/schemas/Problem"}
SINGLE = (
    "entries/{}", "entries/{}/demands", "organizations/{}", "demands/{}", "demands/{}/matches",
    "graph/neighbourhood/{}", "graph/paths?from={}&to=org-0001", "graph/paths?from=org-0001&to={}",
)  # fmt: skip
HOSTILE = (
    "'; DROP TABLE nodes; --", "<script>alert(1)</script>", "\x00", "\ufdfa" * 50, "🙂" * 50,
    "%s%n", "{}", "../../etc/passwd", "MATCH (n) DETACH DELETE n", "“”‘’（）" * 20, "a" * 199,
    "\u202e逆序", "AND OR NOT *", "!" * 100,
)  # fmt: skip


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    body: dict[str, Any] = answer.json()
    assert (body["status"], body["code"]) == (status, code)
    assert body["type"].endswith(f"/api/v1/docs#{code}")
    assert not body["title"].isascii()
    assert not body["detail"].isascii()
    assert "Traceback" not in answer.text
    return body


def test_every_error_class_has_a_row_of_its_own_or_a_known_base() -> None:
    bases = {graph_errors.GraphError, search_errors.SearchError}
    for module in (graph_errors, search_errors):
        for error in vars(module).values():
            if isinstance(error, type) and issubclass(error, tuple(bases)) and error not in bases:
                assert error in MEANINGS, error
    assert meaning_of(ValueError("x")) is UNEXPECTED


def test_codes_are_unique() -> None:
    codes = [meaning.code for meaning in MEANINGS.values()]
    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("url", SINGLE)
@pytest.mark.parametrize("node_id", ["entry-none", "user-secret", "draft-secret"])
def test_absent_and_private_look_the_same(client: TestClient, url: str, node_id: str) -> None:
    body = problem(client.get(url.format(node_id)), 404, "node-not-found")
    assert body["detail"] == f"没有编号为“{node_id}”的节点，请核对编号。"


def test_a_node_of_another_kind_is_absent(client: TestClient) -> None:
    problem(client.get("entries/org-0001"), 404, "node-not-found")
    problem(client.get("organizations/entry-0001"), 404, "node-not-found")
    problem(client.get("demands/entry-0001/matches"), 404, "node-not-found")


def test_nothing_private_is_anywhere(client: TestClient) -> None:
    urls = (
        "entries/entry-0001", "graph/neighbourhood/entry-0001?depth=3&limit=200", "entries",
        "graph/paths?from=entry-0001&to=org-0001", "openapi.json", "docs", "vocabularies",
        "vocabularies/labels", "vocabularies/relations", "search?q=秘密内容", "suggest?q=秘密",
        "changes?since=0&limit=1000",
    )  # fmt: skip
    words = ("user-secret", "draft-secret", "ABOUT", "SavedSearch", '"User"', '"Draft"', '"Event"')
    for url in urls:
        text = client.get(url).text
        assert not [word for word in words if word in text], url
    position = client.get("changes").json()["position"]
    tail = client.get(f"changes?since={position - 4}").json()
    assert tail["items"] == [] or "secret" not in json.dumps(tail)
    assert tail["next_since"] == position


WRONG = [
    ("search?qq=x", "qq", "是否想写 q"),
    ("search?kinds=Product", "kinds", "是否想写 kind"),
    ("entries/entry-0001?full=1", "full", "没有查询参数"),
    ("vocabularies/regions?from=tree", "from", "是否想写 form"),
    ("search?kind=Gadget", "kind", "Technology"),
    ("search?area=清洁生产+", "area", "加号要写成 %2B"),
    ("search?page=0", "page", "不能小于 1"),
    ("search?size=101", "size", "不能大于 100"),
    ("search?size=many", "size", "应为整数"),
    ("search?literal=maybe", "literal", "true 或 false"),
    ("search?sort=price", "sort", "relevance、evidence、newest"),
    ("suggest", "q", "请补上"),
    ("entries?order=price", "order", "-year"),
    ("entries?modified_after=-1", "modified_after", "不能小于 0"),
    ("changes?since=99999999999999999999", "since", "不能大于"),
    ("graph/neighbourhood/entry-0001?depth=4", "depth", "不能大于 3"),
    ("graph/neighbourhood/entry-0001?limit=201", "limit", "不能大于 200"),
    ("graph/neighbourhood/entry-0001?relation=ABOUT", "relation", "SUPPLIES"),
    ("graph/paths?from=org-0001", "to", "请补上"),
]


@pytest.mark.parametrize(("url", "field", "said"), WRONG)
def test_a_wrong_parameter_is_explained(
    client: TestClient, described: dict[str, Any], url: str, field: str, said: str
) -> None:
    body = problem(client.get(url), 422, "invalid-parameters")
    assert problems(body, PROBLEM, described) == []
    (complaint,) = body["errors"]
    assert complaint["field"].partition("[")[0] == field
    assert said in complaint["message"]
    assert complaint["message"] in body["detail"]
    assert "ABOUT、" not in complaint["message"]


BODIES = [
    ("search", {"query": "x"}, "query", "可用的有：q"),
    ("search", {"filters": {"areas": []}}, "areas", "是否想写 area"),
    ("search", {"q": 5}, "q", "有效的文字"),
    ("search", {"q": "字" * 10_001}, "q", "最多 10000 个字"),
    ("search", [], "", "JSON 对象"),
    ("match", {}, "text", "请补上"),
    ("match", {"text": "x", "targets": [{"value": 1}]}, "targets[0].indicator", "请补上"),
    ("match", {"text": "x", "targets": [{"indicator": "a", "value": "高"}]}, "targets[0].value",
     "应为数字"),
    ("match", {"text": "x", "industries": "C31"}, "industries", "应为数组"),
    ("match", {"text": "x", "budget": -1}, "budget", "不能小于 0"),
]  # fmt: skip


@pytest.mark.parametrize(("url", "body", "field", "said"), BODIES)
def test_a_wrong_body_is_explained(
    client: TestClient, url: str, body: Any, field: str, said: str
) -> None:
    found = problem(client.post(url, json=body), 422, "invalid-parameters")
    assert found["errors"][0]["field"] == field
    assert said in found["errors"][0]["message"]


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"{", 422),
        (b'{"q": NaN}', 422),
        (b'{"q": "\\ud800"}', 422),
        (b'{"\\ud800": 1}', 422),
        (b"\xff\xfe", 422),
        (b"[" * 100_000, 400),
        (b"", 422),
        (b"null", 422),
        (b'{"q": "' + b"x" * 300_000 + b'"}', 413),
    ],
)
def test_broken_bodies_are_problems(client: TestClient, content: bytes, status: int) -> None:
    answer = client.post("search", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == status, answer.text
    assert answer.json()["code"] in {"invalid-parameters", "http-error", "too-large"}
    assert not answer.json()["detail"].isascii()


def test_unknown_codes_are_named(client: TestClient) -> None:
    body = problem(client.get("search?region=999999"), 400, "invalid-search")
    assert "999999" in body["detail"]
    asked = {"text": "余热", "concepts": ["no-such-concept"]}
    body = problem(client.post("match", json=asked), 400, "invalid-search")
    assert "no-such-concept" in body["detail"]
    asked = {"text": "余热", "targets": [{"indicator": "x", "value": 1, "unit": "鼠"}]}
    assert "鼠" in problem(client.post("match", json=asked), 400, "invalid-search")["detail"]


def test_unknown_addresses_and_methods(client: TestClient) -> None:
    problem(client.get("nothing"), 404, "not-found")
    problem(client.get("http://testserver/api"), 404, "not-found")
    assert "regions" in problem(client.get("vocabularies/colours"), 404, "not-found")["detail"]
    answer = client.delete("entries/entry-0001")
    problem(answer, 405, "method-not-allowed")
    assert answer.headers["allow"] == "GET"


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_does_no_harm(client: TestClient, text: str) -> None:
    for url in ("search", "suggest"):
        assert client.get(url, params={"q": text}).status_code == 200
    assert client.post("search", json={"q": text}).status_code == 200
    assert client.post("match", json={"text": text}).status_code == 200
    for name in ("region", "organization", "drop", "year"):
        assert client.get("search", params={name: text}).status_code in {200, 400}
    assert client.get("entries", params={"cursor": text}).status_code == 400
    assert client.get("graph/paths", params={"from": text, "to": "org-0001"}).status_code == 404
    assert client.get("search", params={text: "1"}).status_code == 422


def test_a_closed_store_is_503_with_retry(platform: Platform) -> None:
    store = SqliteGraphStore(None)
    store.close()
    with TestClient(create_app(replace(platform, store=store))) as client:
        answer = client.get("/api/v1/entries")
        body = problem(answer, 503, "store-unavailable")
        assert answer.headers["retry-after"] == "30"
        assert len(body["reference"]) == 8
        page = client.get("/nothing")
        assert page.status_code == 404
        assert page.headers["content-type"].startswith("text/html")


@pytest.fixture
def broken(platform: Platform) -> FastAPI:
    app = create_app(platform)

    def boom() -> None:
        raise ValueError("password=hunter2")

    app.add_api_route("/api/v1/boom", boom)
    app.add_api_route("/boom", boom)
    return app


def test_a_bug_is_told_by_number_only(broken: FastAPI, caplog: pytest.LogCaptureFixture) -> None:
    with (
        TestClient(broken, raise_server_exceptions=False) as client,
        caplog.at_level(logging.ERROR),
    ):
        answer = client.get("/api/v1/boom")
        body = problem(answer, 500, "unexpected")
        assert "hunter2" not in answer.text
        assert answer.headers["x-content-type-options"] == "nosniff"
        logged = [r for r in caplog.records if body["reference"] in r.getMessage()]
        assert logged
        assert logged[0].exc_info
        page = client.get("/boom")
        assert page.status_code == 500
        assert page.headers["content-type"].startswith("text/html")
        assert "hunter2" not in page.text


def test_under_a_prefix_addresses_carry_it(platform: Platform) -> None:
    settings = Settings(data=platform.settings.data, root_path="/kg")
    with TestClient(create_app(replace(platform, settings=settings))) as client:
        entry = client.get("/kg/api/v1/entries/entry-0001").json()
        assert entry["url"] == "/kg/api/v1/entries/entry-0001"
        assert entry["page"] == "/kg/entries/entry-0001"
        assert client.get(entry["holders"][0]["url"]).status_code == 200
        listed = client.get("/kg/api/v1/entries?limit=1")
        assert listed.links["next"]["url"].startswith("/kg/api/v1/entries?limit=1&cursor=")
        body = problem(client.get("/kg/api/v1/entries/x"), 404, "node-not-found")
        assert body["type"].startswith("/kg/api/v1/docs#")
        assert body["instance"] == "/kg/api/v1/entries/x"
        assert client.get("/kg/api/v1/openapi.json").json()["servers"] == [{"url": "/kg"}]
        page = client.get("/kg/apis/nothing")
        assert page.headers["content-type"].startswith("text/html")
