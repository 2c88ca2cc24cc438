"""Walking lists by cursor, harvesting what changed, entity tags."""

from typing import Any
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient

from kg.model import Edge, Node
from kg.query import Query
from kg.vocabulary import ENTRY_LABELS, PRIVATE_LABELS, Label, Relation
from web.bootstrap import Platform

LISTS = {
    "entries": ENTRY_LABELS,
    "organizations": frozenset({Label.ORGANIZATION}),
    "demands": frozenset({Label.DEMAND}),
}
ORDERS = [
    *(("entries", order) for order in ("id", "name", "-name", "year", "-year", "added", "-added")),
    *(("organizations", order) for order in ("id", "name", "-name")),
    *(("demands", order) for order in ("id", "year", "-year", "added", "-added")),
]


def walk(client: TestClient, url: str) -> list[dict[str, Any]]:
    """Follow the Link header to the end."""
    items: list[dict[str, Any]] = []
    while url:
        answer = client.get(url)
        assert answer.status_code == 200, answer.text
        items += answer.json()["items"]
        assert ("next" in answer.links) == (answer.json().get("next_cursor") is not None)
        url = answer.links["next"]["url"] if "next" in answer.links else ""
        url = f"http://testserver{url}" if url else ""
    return items


@pytest.mark.parametrize(("name", "order"), ORDERS)
def test_paging_walks_everything_exactly_once(
    client: TestClient, platform: Platform, name: str, order: str
) -> None:
    ids = [item["id"] for item in walk(client, f"{name}?order={order}&limit=17")]
    everything = platform.store.find(Query(LISTS[name], limit=1000)).nodes
    assert sorted(ids) == [node.id for node in everything]
    assert client.get(name).json()["total"] == len(ids)


def test_orders_are_kept(client: TestClient) -> None:
    years = [e["year"] for e in walk(client, "entries?order=-year&limit=50")]
    known = [year for year in years if year is not None]
    assert known == sorted(known, reverse=True)
    assert years == [*known, *[None] * (len(years) - len(known))]


def test_filters_hold_for_all_pages(client: TestClient) -> None:
    found = walk(client, "entries?area=清洁生产%2B&area=新能源%2B&kind=Technology&limit=9")
    assert found
    assert {e["label"] for e in found} == {"Technology"}
    assert {e["area"] for e in found} == {"清洁生产+", "新能源+"}


def test_a_cursor_of_another_list_is_refused(client: TestClient) -> None:
    cursor = client.get("entries?limit=1").json()["next_cursor"]
    answer = client.get("entries", params={"cursor": cursor, "order": "name"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-query")
    assert client.get("entries?cursor=%FF%00abc").status_code == 400


def test_only_what_changed_is_harvested(client: TestClient, platform: Platform) -> None:
    store = platform.store
    seq = client.get("entries?limit=1").json()["seq"]
    assert walk(client, f"entries?modified_after={seq}") == []
    node = store.get("entry-0003")
    store.put(Node(node.id, node.label, {**node.props, "use": "改过的用途"}))
    store.relate(Edge(Relation.SUPPLIES, "org-0100", "entry-0005"))
    store.relate(Edge(Relation.ABOUT, "draft-secret", "entry-0006"))
    assert {"entry-0003", "entry-0005"} <= {
        e["id"] for e in walk(client, f"entries?modified_after={seq}&limit=1")
    }
    store.put(node)
    store.unrelate(Relation.SUPPLIES, "org-0100", "entry-0005")
    store.unrelate(Relation.ABOUT, "draft-secret", "entry-0006")


def test_all_entries_have_changed_since_the_beginning(client: TestClient) -> None:
    everything = [e["id"] for e in walk(client, "entries?limit=100")]
    assert [e["id"] for e in walk(client, "entries?modified_after=0&limit=33")] == everything


def test_modified_after_has_one_order(client: TestClient) -> None:
    answer = client.get("entries?modified_after=0&order=name")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid-query")


def test_changes_are_told_once_and_in_order(client: TestClient, platform: Platform) -> None:
    seen: list[int] = []
    since = 0
    while True:
        body = client.get(f"changes?since={since}&limit=1000").json()
        seen += [change["seq"] for change in body["items"]]
        since = body["next_since"]
        if since == body["position"]:
            break
    assert seen == sorted(set(seen))
    known: set[int] = set()
    at = 0
    while page := platform.store.changes(at):
        at = page[-1].seq
        known |= {
            c.seq
            for c in page
            if c.relation is not Relation.ABOUT and c.label not in PRIVATE_LABELS
        }
    assert set(seen) == known


def test_changes_have_a_next_page(client: TestClient) -> None:
    answer = client.get("changes?limit=3")
    assert len(answer.json()["items"]) == 3
    assert urlsplit(answer.links["next"]["url"]).query == "limit=3&since=3"


TAGGED = [
    "entries/entry-0001", "organizations/org-0001", "demands/demand-0001", "vocabularies",
    "vocabularies/regions", "vocabularies/concepts?form=tree", "openapi.json",
]  # fmt: skip


@pytest.mark.parametrize("url", TAGGED)
def test_what_one_has_is_not_sent_again(client: TestClient, url: str) -> None:
    first = client.get(url)
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    for asked in (tag, tag.removeprefix("W/"), f'"other", {tag}', "*"):
        again = client.get(url, headers={"If-None-Match": asked})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert client.get(url, headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_change_changes_the_tag(client: TestClient, platform: Platform) -> None:
    url, store = "entries/entry-0010", platform.store
    tag = client.get(url).headers["etag"]
    store.relate(Edge(Relation.SUPPLIES, "org-0200", "entry-0010"))
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 200
    store.unrelate(Relation.SUPPLIES, "org-0200", "entry-0010")
    assert client.get(url, headers={"If-None-Match": tag}).status_code == 304


def test_a_new_term_is_in_its_vocabulary_at_once(client: TestClient, platform: Platform) -> None:
    before = client.get("vocabularies/materials").json()["count"]
    platform.store.put(Node("mat-new", Label.MATERIAL, {"name": "新物料", "kind": "waste"}))
    assert client.get("vocabularies/materials").json()["count"] == before + 1
    platform.store.remove("mat-new")
    assert client.get("vocabularies/materials").json()["count"] == before
