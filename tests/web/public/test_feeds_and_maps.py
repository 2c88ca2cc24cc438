"""What programs fetch: sitemap, robots.txt, OpenSearch, Atom; by their specifications."""

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlsplit
from xml.etree.ElementTree import Element, fromstring

import pytest
from fastapi.testclient import TestClient

from kg.vocabulary import ENTRY_LABELS, Label
from search.trees import all_nodes
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public import sitemap
from web.settings import Settings

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
SEARCH = "{http://a9.com/-/spec/opensearch/1.1/}"
ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = ["/feed.xml", "/feeds/demands.xml", "/search.atom?q=余热", "/search.atom?kind=Product",
         "/search.atom?q=qqqqzzzz"]  # fmt: skip


def xml_of(client: TestClient, address: str, media: str = "xml") -> Element:
    answer = client.get(address)
    assert answer.status_code == 200, address
    assert media in answer.headers["content-type"]
    return fromstring(answer.content)


def texts(root: Element, name: str) -> list[str]:
    return [one.text or "" for one in root.iter(name)]


def path_of(address: str) -> str:
    assert address.startswith("http://testserver/")
    return address.removeprefix("http://testserver")


def addresses(client: TestClient) -> list[str]:
    index = xml_of(client, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    parts = [xml_of(client, path_of(one)) for one in texts(index, f"{MAP}loc")]
    return [address for part in parts for address in texts(part, f"{MAP}loc")]


def test_the_sitemap_has_every_thing_once_and_every_page_answers(
    client: TestClient, platform: Platform
) -> None:
    found = addresses(client)
    assert len(found) == len(set(found))
    for labels, folder in (
        (ENTRY_LABELS, "entries"), ({Label.DEMAND}, "demands"),
        ({Label.ORGANIZATION}, "organizations"),
    ):  # fmt: skip
        ids = {node.id for node in all_nodes(platform.store, labels)}
        assert {f"http://testserver/{folder}/{i}" for i in ids} <= set(found)
    some = [a for a in found if not re.search(r"/(entries|demands|organizations|browse)/", a)]
    some += [a for a in found if "/browse/" in a][::40] + found[::97]
    for address in some:
        page = client.get(path_of(address))
        assert page.status_code == 200, address
        assert 'content="noindex' not in page.text, address
        assert f'rel="canonical" href="{address}"' in page.text, address


def test_large_sitemaps_are_parted(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = addresses(client)
    monkeypatch.setattr(sitemap, "PART", 100)
    parted = addresses(client)
    assert parted == whole
    assert len(texts(xml_of(client, "/sitemap.xml"), f"{MAP}loc")) > 8
    for wrong in ("entries-0", "entries-99", "entries-x", "users-1", "entries-1e3"):
        assert client.get(f"/sitemaps/{wrong}.xml").status_code == 404


def test_days_of_change_are_those_of_the_data(client: TestClient, platform: Platform) -> None:
    part = xml_of(client, "/sitemaps/entries-1.xml")
    told = {url[0].text: url[1].text for url in part}
    for node in all_nodes(platform.store, ENTRY_LABELS):
        assert told[f"http://testserver/entries/{node.id}"] == node.props["added"]
    assert texts(xml_of(client, "/sitemaps/organizations-1.xml"), f"{MAP}lastmod") == []


@pytest.mark.parametrize("prefix", ["", "/kg"])
def test_robots_may_read_pages_but_not_endless_lists(platform: Platform, prefix: str) -> None:
    settings = Settings(
        _env_file=None, root_path=prefix, data=platform.settings.data,
        site_url="https://tupu.example.cn",
    )  # fmt: skip
    text = TestClient(create_app(replace(platform, settings=settings))).get("/robots.txt").text
    assert text.startswith("User-agent: *\n")
    rules = [line.split(": ", 1) for line in text.splitlines() if "llow: " in line]

    def may_read(path: str) -> bool:
        """RFC 9309, 2.2.2: the longest rule that fits decides."""
        fitting = [(len(of), word) for word, of in rules if f"{prefix}{path}".startswith(of)]
        return max(fitting)[1] == "Allow"

    for path in ("/", "/search", "/entries/entry-0001", "/demands", "/browse/region/510100",
                 "/about", "/feed.xml", "/sitemap.xml"):  # fmt: skip
        assert may_read(path), path
    for path in ("/search?q=a&region=510100", "/search.csv?q=a", "/compare?id=a", "/suggest?q=a",
                 "/api/v1/entries", "/demands.csv"):  # fmt: skip
        assert not may_read(path), path
    assert text.splitlines()[-1] == f"Sitemap: https://tupu.example.cn{prefix}/sitemap.xml"


def test_the_search_description_leads_to_results_and_completions(client: TestClient) -> None:
    root = xml_of(client, "/opensearch.xml", "application/opensearchdescription+xml")
    assert root.tag == f"{SEARCH}OpenSearchDescription"
    assert len(texts(root, f"{SEARCH}ShortName")[0]) <= 16
    assert len(texts(root, f"{SEARCH}LongName")[0]) <= 48
    assert texts(root, f"{SEARCH}Description")[0]
    templates = {u.get("type"): u.get("template", "") for u in root.iter(f"{SEARCH}Url")}
    for media, template in templates.items():
        address = template.replace("{searchTerms}", quote("余热")).replace("{startPage?}", "1")
        answer = client.get(path_of(address))
        assert answer.status_code == 200
        assert media in answer.headers["content-type"]
    typed, words, kinds, links = client.get("/suggest.json?q=yrfd").json()
    assert typed == "yrfd"
    assert any("余热发电" in word for word in words)
    assert len(words) == len(kinds) == len(links) > 0
    assert all(link.startswith("http://testserver/") for link in links)
    assert client.get("/suggest.json?q=" + "长" * 500).json()[1] == []
    page = read(client.get("/").text)
    assert "/opensearch.xml" in {a["href"] for a in page.all("link") if a["rel"] == "search"}


@pytest.mark.parametrize("address", FEEDS)
def test_a_feed_has_what_the_specification_demands(client: TestClient, address: str) -> None:
    root = xml_of(client, address, "application/atom+xml")
    assert root.tag == f"{ATOM}feed"
    for parent in (root, *root.iter(f"{ATOM}entry")):
        for name in ("id", "title", "updated"):  # RFC 4287, 4.1.1 and 4.1.2: exactly one
            (one,) = parent.findall(f"{ATOM}{name}")
            assert one.text
        when = datetime.fromisoformat(parent.findtext(f"{ATOM}updated") or "")
        assert when.tzinfo is not None
        assert urlsplit(parent.findtext(f"{ATOM}id") or "").scheme
        relations = [(a.get("rel"), a.get("type")) for a in parent.findall(f"{ATOM}link")]
        assert len(relations) == len(set(relations))
        assert ("alternate", "text/html") in relations
    assert root.findtext(f"{ATOM}author/{ATOM}name")
    (own,) = [a.get("href") for a in root.findall(f"{ATOM}link") if a.get("rel") == "self"]
    assert client.get(path_of(own or "")).content == client.get(address).content
    ids = texts(root, f"{ATOM}id")
    assert len(ids) == len(set(ids))


def test_a_feed_tells_the_newest_with_the_day_they_were_taken_in(
    client: TestClient, platform: Platform
) -> None:
    root = xml_of(client, "/feed.xml")
    assert len(root.findall(f"{ATOM}entry")) == 50
    for entry in root.iter(f"{ATOM}entry"):
        address = path_of(entry.findtext(f"{ATOM}id") or "")
        node = platform.store.get(address.removeprefix("/entries/"))
        assert entry.findtext(f"{ATOM}updated") == f"{node.props['added']}T00:00:00+08:00"
        assert entry.findtext(f"{ATOM}title") == node.props["name"]
    for entry in xml_of(client, "/feeds/demands.xml").iter(f"{ATOM}entry"):
        address = path_of(entry.findtext(f"{ATOM}id") or "")
        assert platform.store.get(address.removeprefix("/demands/")).props["status"] == "需求"


def test_what_has_no_day_stands_in_no_feed(small_client: TestClient) -> None:
    for address in ("/feed.xml", "/feeds/demands.xml"):
        root = xml_of(small_client, address)
        assert root.findall(f"{ATOM}entry") == []
        assert root.findtext(f"{ATOM}updated")


def test_a_reader_that_has_the_feed_is_not_sent_it_again(client: TestClient) -> None:
    tag = client.get("/feed.xml").headers["etag"]
    again = client.get("/feed.xml", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")


def test_a_feed_of_a_wrong_question_is_refused(client: TestClient) -> None:
    for wrong in ("sort=x", "region=999999", "page=0"):
        assert client.get(f"/search.atom?{wrong}").status_code == 422


def test_pages_name_their_feeds(client: TestClient) -> None:
    for page, feed in (
        ("/", "/feed.xml"), ("/", "/feeds/demands.xml"), ("/demands", "/feeds/demands.xml"),
        ("/search?q=余热", f"/search.atom?q={quote('余热')}"),
    ):  # fmt: skip
        links = {a["href"] for a in read(client.get(page).text).all("link")
                 if a["rel"] == "alternate"}  # fmt: skip
        assert feed in links
        assert client.get(feed).status_code == 200


def test_words_that_xml_cannot_hold_are_left_out(small: Platform, small_client: TestClient) -> None:
    node = small.store.get("entry-1")
    small.store.put(replace(node, props={**node.props, "name": "a\x0bb<&>", "added": "2026-01-02"}))
    root = xml_of(small_client, "/feed.xml")
    assert root.findtext(f"{ATOM}entry/{ATOM}title") == "ab<&>"
    assert root.findtext(f"{ATOM}updated") == "2026-01-02T00:00:00+08:00"
