"""Words from data and from addresses are shown as words, on every page and in JSON."""

import pytest
from fastapi.testclient import TestClient

from search.documents import Card, Party
from search.results import Condition, Criterion, Facet, FacetValue, Hit, Marked, Match, MatchResult
from tests.web.public.conftest import HOSTILE, FixedEngine
from tests.web.public.reading import read

CARD = Card(kind="技术", places=(HOSTILE,), figures=(HOSTILE,), parties=(Party("org-1", HOSTILE),))
HIT = Hit(
    "entry-1", Marked(((HOSTILE, True),)), Marked(((HOSTILE, False),)), CARD, partial=False,
    reasons=(HOSTILE,), misses=(HOSTILE,),
)  # fmt: skip
MATCH = Match(
    "entry-1", HOSTILE, CARD, "可能匹配", (Criterion("行业", "符合", HOSTILE),), HOSTILE, HOSTILE
)


@pytest.mark.parametrize(
    "address",
    ["/", "/search?q=x", "/entries/entry-1", "/demands", "/demands/demand-1", "/organizations",
     "/organizations/org-1"],
)  # fmt: skip
def test_hostile_data_stay_words(
    small_client: TestClient, engine: FixedEngine, address: str
) -> None:
    engine.answer = {
        "total": 1, "good": 1, "hits": (HIT,), "pages": 1, "elsewhere": (HIT,),
        "corrected": HOSTILE,
        "conditions": (Condition("c", "region", HOSTILE, HOSTILE, strict=True),),
        "facets": (Facet("region", "地区", (FacetValue(HOSTILE, HOSTILE, 1),)),),
    }  # fmt: skip
    engine.matches = MatchResult("x", 1, (MATCH,))
    answer = small_client.get(address)
    assert answer.status_code == 200
    page = read(answer.text)
    assert "<script>alert" not in answer.text
    run = [a for a in page.all("script") if a.get("type") != "application/ld+json"]
    assert all(attrs.get("src", "").startswith("/static/") for attrs in run)
    assert "{{7*7}}" in page.text
    assert page.wrong == []


def test_hostile_addresses_stay_words(small_client: TestClient) -> None:
    for address in (
        f"/search?q={HOSTILE}&sort={HOSTILE}", f"/demands?status={HOSTILE}", f"/{HOSTILE}",
        "/search?q=%00%ff%f0%9f%92%a9", f"/entries/{HOSTILE}",
    ):  # fmt: skip
        answer = small_client.get(address)
        assert answer.status_code in {200, 400, 404, 422}, address
        assert "<script>alert" not in answer.text


def test_completions_are_json_that_no_browser_takes_for_a_page(small_client: TestClient) -> None:
    answer = small_client.get("/suggest", params={"q": "余"})
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.json()[0]["href"].startswith("/search?q=%3Cscript")
    assert answer.json()[1] == {"text": "余", "kind": "条目", "href": "/entries/entry-1"}


def test_a_source_is_linked_only_with_an_address(small_client: TestClient) -> None:
    outside = [
        a for a in read(small_client.get("/entries/entry-1").text).all("a") if "gov.cn" in a["href"]
    ]
    assert [a["href"] for a in outside] == ["https://www.gov.cn/a?b=1&c=2"]
    assert "noopener" in outside[0]["rel"]
