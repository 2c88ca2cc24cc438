"""Every endpoint's answer has the documented shape, and the documentation is true."""

from typing import Any

import pytest
from fastapi.testclient import TestClient

from kg.model import Demand, Entry, Figure, Honour, Organization
from tests.web.api.json_schema import problems
from web.api.schemas import asked, details, finding, graph, records, shape, symbiosis, vocabularies

ENTRY, ORGANIZATION, DEMAND = "entry-0001", "org-0001", "demand-0001"
GETS = {
    "/api/v1/search": ["", "?q=余热回收", "?q=成都节能率超过30%25的余热技术&size=5&page=1"],
    "/api/v1/suggest": ["?q=余热", "?q=yr", "?q="],
    "/api/v1/entries": ["", "?limit=3&order=-year", "?modified_after=0&limit=3"],
    "/api/v1/entries/{id}": [ENTRY, "entry-0100"],
    "/api/v1/entries/{id}/demands": [ENTRY],
    "/api/v1/organizations": ["", "?type=高校"],
    "/api/v1/organizations/{id}": [ORGANIZATION, "org-0100"],
    "/api/v1/demands": ["", "?status=需求&status=在建"],
    "/api/v1/demands/{id}": [DEMAND, "demand-0050"],
    "/api/v1/demands/{id}/matches": [DEMAND],
    "/api/v1/graph/neighbourhood/{id}": [ENTRY, f"{ORGANIZATION}?depth=3&limit=200"],
    "/api/v1/graph/paths": [f"?from={ORGANIZATION}&to={DEMAND}&max_length=6"],
    "/api/v1/symbiosis": [
        "?limit=200",
        "?material=material-mat-phosphogypsum&region=region-510000&node=entry-0055",
    ],
    "/api/v1/entries/{id}/used-with": [ENTRY, "entry-0005?limit=3"],
    "/api/v1/vocabularies": [""],
    "/api/v1/vocabularies/{name}": [
        f"{name}{form}" for name in vocabularies.Names.__args__ for form in ("", "?form=tree")
    ],
    "/api/v1/changes": ["", "?since=10&limit=5"],
}
POSTS = {
    "/api/v1/search": [{}, {"q": "余热", "filters": {"kind": ["Product"]}, "size": 2}],
    "/api/v1/match": [
        {"text": "水泥窑余热发电"},
        {"text": "氢氧化铝", "industries": ["industry-C30"], "regions": ["500000"], "budget": 900},
    ],
}
MODULES = (asked, details, finding, graph, records, shape, symbiosis, vocabularies)


def calls() -> list[tuple[str, str, Any]]:
    out: list[tuple[str, str, Any]] = []
    for path, endings in GETS.items():
        head = path.partition("{")[0]
        tail = path.partition("}")[2]
        for ending in endings:
            known, mark, query = ending.partition("?")
            out.append((path, f"{head}{known}{tail}{mark}{query}", None))
    return out + [(path, path, body) for path, bodies in POSTS.items() for body in bodies]


@pytest.mark.parametrize(("path", "url", "body"), calls())
def test_the_answer_has_the_documented_shape(
    client: TestClient, described: dict[str, Any], path: str, url: str, body: Any
) -> None:
    base = "http://testserver"
    answer = client.get(base + url) if body is None else client.post(base + url, json=body)
    assert answer.status_code == 200, answer.text
    operation = described["paths"][path]["get" if body is None else "post"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    assert problems(answer.json(), schema, described) == []


def test_every_operation_is_tried(described: dict[str, Any]) -> None:
    tried = {(path, "get") for path in GETS} | {(path, "post") for path in POSTS}
    known = {(path, method) for path, methods in described["paths"].items() for method in methods}
    assert tried == known


def test_examples_fit_their_schemas(described: dict[str, Any]) -> None:
    seen = 0
    for name, schema in described["components"]["schemas"].items():
        if "example" in schema:
            seen += 1
            assert problems(schema["example"], schema, described) == [], name
        for field in schema.get("properties", {}).values():
            for example in field.get("examples", ()):
                seen += 1
                assert problems(example, field, described) == [], name
    for path in described["paths"].values():
        for operation in path.values():
            for parameter in operation.get("parameters", ()):
                schema = parameter["schema"]
                for example in [*schema.get("examples", ()), *parameter.get("examples", ())]:
                    seen += 1
                    assert problems(example, schema, described) == []
    assert seen > 10


def test_everything_is_described_in_chinese(described: dict[str, Any]) -> None:
    for path, methods in described["paths"].items():
        for operation in methods.values():
            texts = [operation["summary"], operation["description"]]
            texts += [one.get("description", "") for one in operation.get("parameters", ())]
            assert not [t for t in texts if t.isascii()], path
    for name, schema in described["components"]["schemas"].items():
        assert not schema.get("description", "").isascii(), name
        for field, one in schema.get("properties", {}).items():
            assert not one.get("description", "").isascii(), (name, field)


@pytest.mark.parametrize(
    ("record", "documented"),
    [
        (Entry, records.EntryRecord),
        (Organization, records.OrganizationRecord),
        (Demand, records.DemandRecord),
        (Figure, records.FigureShape),
        (Honour, records.HonourShape),
    ],
)
def test_no_field_of_the_model_is_forgotten(record: Any, documented: Any) -> None:
    own = set(record.model_fields) - {"kind"}
    assert own == set(documented.model_fields) - {"label", "revision", "url", "page"}


def test_the_document_knows_the_prefix_and_errors(described: dict[str, Any]) -> None:
    assert described["openapi"].startswith("3.1")
    assert described["servers"] == [{"url": "/"}]
    assert all(path.startswith("/api/v1/") for path in described["paths"])
    refused = described["paths"]["/api/v1/search"]["get"]["responses"]["422"]["content"]
    assert list(refused) == ["application/problem+json"]
    assert "HTTPValidationError" not in described["components"]["schemas"]


def test_the_document_is_served(client: TestClient, described: dict[str, Any]) -> None:
    assert client.get("openapi.json").json() == described
