"""What holds for every page: structure, safety, the path prefix, no outside host."""

from dataclasses import replace
from itertools import pairwise
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from tests.web.public.reading import Read, read
from web.app import create_app
from web.bootstrap import Platform
from web.middleware import POLICY
from web.settings import Settings

PAGES = [
    "/", "/search", "/search?q=余热回收&area=清洁生产%2B", "/search?q=qqqqzzzz", "/search?page=x",
    "/entries/entry-0001", "/demands", "/demands/demand-0001", "/demands?status=需求&region=500000",
    "/organizations", "/organizations/org-0001", "/no/such/page", "/compare",
    "/symbiosis?node=org-0004",
    "/graph", "/graph/region-500000?open=region-500115", "/graph/path?a=org-0004&b=region-500000",
    "/compare?id=entry-0001", "/compare?id=entry-0059&id=entry-0166&id=entry-9999&diff=1&q=节水",
]  # fmt: skip
LONG = {"q": "焦炉余热回收产蒸汽。" * 100}


@pytest.fixture(scope="module", params=[*PAGES, "POST /search"])
def page(request: pytest.FixtureRequest, client: TestClient) -> Read:
    address = request.param
    answer = client.post("/search", data=LONG) if "POST" in address else client.get(address)
    assert answer.status_code in {200, 404, 422}
    assert len(answer.content) < 80_000
    return read(answer.text)


def test_tags_are_closed_in_order(page: Read) -> None:
    assert page.wrong == []
    assert page.open_tags == []


def test_it_is_chinese_with_one_h1_and_landmarks(page: Read) -> None:
    assert page.all("html") == [{"lang": "zh-CN"}]
    assert len(page.all("h1")) == 1
    assert [len(page.all(tag)) for tag in ("header", "main", "footer")] >= [1, 1, 1]
    assert len(page.all("main")) == 1
    assert next(a["href"] for a in page.all("a")) == "#main"


def test_headings_skip_no_level(page: Read) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in {"h1", "h2", "h3", "h4"}]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_ids_are_unique_and_labels_have_their_field(page: Read) -> None:
    ids = [attrs["id"] for _tag, attrs in page.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {label["for"] for label in page.all("label") if "for" in label} <= set(ids)
    refs = [href[1:] for href in page.addresses if href.startswith("#")]
    assert set(refs) <= set(ids)


def test_there_is_no_inline_script_or_style(page: Read) -> None:
    scripts = [a for a in page.all("script") if a.get("type") != "application/ld+json"]
    assert scripts
    assert all("src" in attrs for attrs in scripts)
    assert page.all("style") == []
    for _tag, attrs in page.tags:
        assert not [name for name in attrs if name == "style" or name.startswith("on")]
        assert not any(value.startswith("javascript:") for value in attrs.values())


def test_nothing_is_loaded_from_outside(page: Read) -> None:
    loaded = [attrs.get("src", "") for attrs in page.all("script") + page.all("img")]
    loaded += [attrs["href"] for attrs in page.all("link") if attrs["rel"] != "canonical"]
    loaded += [attrs["action"] for attrs in page.all("form")]
    assert all(not urlsplit(address).netloc for address in loaded)


def test_it_says_that_nothing_is_officially_listed(page: Read) -> None:
    assert "没有任何条目经确认列入" in page.text


@pytest.mark.parametrize("sent", ["/kg", ""], ids=["passed on whole", "cut by the proxy"])
@pytest.mark.parametrize("address", PAGES)
def test_under_a_prefix_every_address_starts_with_it(
    platform: Platform, address: str, sent: str
) -> None:
    settings = Settings(_env_file=None, root_path="/kg", data=platform.settings.data)
    client = TestClient(create_app(replace(platform, settings=settings)))
    found = read(client.get(sent + address).text)
    inner = [a for a in found.addresses if not urlsplit(a).netloc and not a.startswith("#")]
    assert inner
    assert [a for a in inner if not a.startswith("/kg/")] == []
    static = next(a for a in inner if ".css" in a)
    assert client.get(static.removeprefix("/kg") if not sent else static).status_code == 200


def test_every_internal_link_of_the_first_page_works(client: TestClient) -> None:
    todo = {a["href"] for a in read(client.get("/").text).all("a")}
    for address in sorted(a.split("#")[0] for a in todo if a.startswith("/")):
        assert client.get(address).status_code == 200, address


def test_answers_carry_the_security_headers(client: TestClient) -> None:
    for address in ("/", "/nothing", "/static/css/site.css", "/api/v1/nothing"):
        headers = client.get(address).headers
        assert headers["content-security-policy"] == POLICY
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
    assert "unsafe" not in POLICY


def test_static_files_are_kept_for_a_year_only_by_their_version(client: TestClient) -> None:
    address = next(a for a in read(client.get("/").text).addresses if "site.css" in a)
    assert "immutable" in client.get(address).headers["cache-control"]
    assert client.get(address.split("?")[0]).headers["cache-control"] == "no-cache"
    assert client.get(address.split("?")[0] + "?v=0000").headers["cache-control"] == "no-cache"
    for bad in ("../app.py", "%2e%2e/app.py", "css", "", "vendor/.state"):
        assert client.get(f"/static/{bad}").status_code == 404


def test_pages_are_compressed_and_the_style_is_small(client: TestClient) -> None:
    answer = client.get("/search", headers={"Accept-Encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert len(client.get("/static/css/site.css").content) < 20_000


def test_the_footer_shows_what_the_settings_say(platform: Platform) -> None:
    settings = Settings(
        _env_file=None, data=platform.settings.data, site_owner="某某委员会", icp="渝ICP备0号",
        site_code="5000000001", police_code="渝公网安备0号", site_contact="023-0000",
    )  # fmt: skip
    text = TestClient(create_app(replace(platform, settings=settings))).get("/").text
    for words in ("主办单位：某某委员会", "渝ICP备0号", "网站标识码：5000000001", "023-0000"):
        assert words in text
    assert "主办单位" not in TestClient(create_app(platform)).get("/").text


def test_head_is_answered_like_get_without_a_body(client: TestClient) -> None:
    for address in ("/", "/search?q=余热", "/static/css/site.css", "/nothing"):
        head, full = client.head(address), client.get(address)
        assert head.status_code == full.status_code
        assert head.headers["content-type"] == full.headers["content-type"]
        assert head.content == b""
