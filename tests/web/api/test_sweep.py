"""Every parameter of every operation with values that make trouble: no answer is undocumented."""

from typing import Any
from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

from tests.web.api.json_schema import problems

VALUES = (
    "", " ", "0", "-1", "1", "1.5", "99999999999999999999999", "true", "null", "nan", "%00", "\x00",
    "\ufffd", "字" * 3000, "' OR 1=1 --", "entry-0001", "user-secret", "余热", "500000", "C31",
    "\u202e", "🙂", "a\nb", "[]", "{}", "name", "tree",
)  # fmt: skip
KNOWN = {"id": "entry-0001", "name": "labels", "from": "org-0001", "to": "entry-0001", "q": "余热"}


def operations(described: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return [
        (path, methods["get"]) for path, methods in described["paths"].items() if "get" in methods
    ]


@pytest.mark.parametrize("value", VALUES)
def test_no_parameter_breaks_anything(
    client: TestClient, described: dict[str, Any], value: str
) -> None:
    tried = 0
    for path, operation in operations(described):
        parameters = operation.get("parameters", [])
        for tested in parameters:
            given = {
                one["name"]: value if one is tested else KNOWN[one["name"]]
                for one in parameters
                if one is tested or one.get("required")
            }
            url = path
            for one in parameters:
                if one["in"] == "path":
                    url = url.replace(f"{{{one['name']}}}", quote(given.pop(one["name"]), safe=""))
            if "//" in url or url.endswith("/") or "{" in url or "/ " in url:
                continue  # an empty segment is another address
            answer = client.get(f"http://testserver{url}", params=given)
            tried += 1
            check(answer, operation, described)
    assert tried > 30


BODIES: tuple[Any, ...] = (
    {}, [], "x", 1, None, True, {"q": ""}, {"q": None}, {"text": ""}, {"text": " "},
    {"text": "\x00"},
    {"q": "余热", "filters": {"year": ["20"]}}, {"q": "x", "drop": ["\x00"]},
    {"q": "x", "page": 100_000, "size": 100}, {"q": "x", "page": 1.5},
    {"text": "余热", "budget": 1e308}, {"text": "余热", "budget": 0},
    {"text": "余热", "targets": [{"indicator": "\x00", "value": 1e308, "unit": "%"}]},
    {"text": "余热", "targets": [{"indicator": "energy_saving_rate", "value": -5, "unit": ""}]},
    {"text": "余热", "industries": ["industry-"]}, {"text": "余热", "regions": ["\x00"]},
    {"text": "余热", "materials": ["entry-0001"]}, {"text": "\ufdfa" * 500},
)  # fmt: skip


@pytest.mark.parametrize("body", BODIES)
def test_no_body_breaks_anything(client: TestClient, described: dict[str, Any], body: Any) -> None:
    for path in ("/api/v1/search", "/api/v1/match"):
        answer = client.post(f"http://testserver{path}", json=body)
        check(answer, described["paths"][path]["post"], described)


def check(answer: Any, operation: dict[str, Any], described: dict[str, Any]) -> None:
    declared = operation["responses"].get(str(answer.status_code))
    assert declared, f"{answer.status_code} is not documented: {answer.request.url} {answer.text}"
    ((media, content),) = declared["content"].items()
    assert answer.headers["content-type"] == media
    assert problems(answer.json(), content["schema"], described) == [], answer.request.url
