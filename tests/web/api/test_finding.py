"""Searching, completing, matching and walking the graph over HTTP say what the engine says."""

from typing import Any

from fastapi.testclient import TestClient

from search.results import DemandQuery, SearchRequest
from web.bootstrap import Platform


def test_search_pages_hold_all_hits_once(client: TestClient) -> None:
    url, ids, total = "search?q=余热&size=7", [], None
    while url:
        answer = client.get(url)
        ids += [hit["id"] for hit in answer.json()["hits"]]
        total = answer.json()["total"]
        url = answer.links["next"]["url"] if "next" in answer.links else ""
        url = f"http://testserver{url}" if url else ""
    assert len(ids) == len(set(ids)) == total


def test_the_last_page_leads_back(client: TestClient) -> None:
    last = client.get("search?q=余热&size=5").json()["pages"]
    answer = client.get(f"search?q=余热&size=5&page={last}")
    assert set(answer.links) == {"prev"}
    assert answer.links["prev"]["url"].endswith(f"page={last - 1}")


def test_get_and_post_are_one_search(client: TestClient) -> None:
    query = "q=余热回收&area=清洁生产%2B&area=新能源%2B&mode=lexical&sort=newest&size=3"
    body = {
        "q": "余热回收",
        "filters": {"area": ["清洁生产+", "新能源+"]},
        "mode": "lexical",
        "sort": "newest",
        "size": 3,
    }
    assert client.get(f"search?{query}").json() == client.post("search", json=body).json()


def test_the_engine_is_asked_what_was_asked(client: TestClient, platform: Platform) -> None:
    answer = client.get("search?q=水泥&kind=Technology&kind=Product&page=2&size=4").json()
    request = SearchRequest("水泥", {"kind": ("Technology", "Product")}, page=2, size=4)
    found = platform.engine.search(request)
    assert [hit["id"] for hit in answer["hits"]] == [hit.id for hit in found.hits]
    assert (answer["total"], answer["good"]) == (found.total, found.good)
    chosen = {v["value"] for f in answer["facets"] for v in f["values"] if v["chosen"]}
    assert chosen == {"Technology", "Product"}


def test_a_facet_count_is_what_one_gets(client: TestClient) -> None:
    facets = {f["name"]: f for f in client.get("search?q=余热").json()["facets"]}
    for name in ("kind", "area", "region", "has_cases"):
        for value in facets[name]["values"][:3]:
            params = {"q": "余热", name: value["value"]}
            assert client.get("search", params=params).json()["total"] == value["count"]


def test_an_understood_condition_can_be_dropped(client: TestClient) -> None:
    question = {"q": "重庆的余热回收技术"}
    conditions = client.get("search", params=question).json()["conditions"]
    assert conditions
    left = client.get("search", params={**question, "drop": conditions[0]["id"]}).json()
    assert conditions[0]["id"] not in {one["id"] for one in left["conditions"]}


def test_a_way_out_leads_where_it_says(client: TestClient) -> None:
    found = client.get("search", params={"q": "余热发电", "region": "542400"})
    if found.status_code == 400:  # that region is not in the vocabulary
        found = client.get("search", params={"q": "余热发电", "year": "1950"})
    body = found.json()
    assert body["good"] == 0
    for way in body["relaxations"]:
        there = client.get(f"http://testserver{way['url']}").json()
        assert (there["total"], there["good"]) == (way["total"], way["good"])


def test_hits_lead_to_their_entries(client: TestClient) -> None:
    for hit in client.get("search?q=余热&size=5").json()["hits"]:
        assert client.get(f"http://testserver{hit['url']}").json()["name"] == hit["name"]
        assert "".join(part["text"] for part in hit["title"]) == hit["name"]


def test_suggestions_are_the_engines(client: TestClient, platform: Platform) -> None:
    answer = client.get("suggest?q=余热&limit=5").json()["suggestions"]
    assert [one["text"] for one in answer] == [
        one.text for one in platform.engine.suggest("余热", 5)
    ]


def test_matches_are_the_engines(client: TestClient, platform: Platform) -> None:
    answer = client.get("demands/demand-0001/matches?limit=3").json()
    found = platform.engine.match_demand("demand-0001", 3)
    assert [one["id"] for one in answer["matches"]] == [one.id for one in found.matches]
    assert answer["matches"][0]["criteria"]
    back = client.get("entries/entry-0008/demands").json()
    assert all(one["url"].startswith("/api/v1/demands/") for one in back["matches"])
    assert "demand-0001" in {one["id"] for one in back["matches"] if one["solved"]}


def test_a_described_demand_is_matched(client: TestClient, platform: Platform) -> None:
    body: dict[str, Any] = {
        "text": "空压机余热没有回收",
        "industries": ["industry-C3042"],
        "regions": ["region-510100"],
        "concepts": ["concept-waste-heat-recovery"],
        "budget": 100,
        "limit": 4,
    }
    asked = DemandQuery(
        body["text"],
        industries=("C3042",),
        regions=("510100",),
        concepts=("concept-waste-heat-recovery",),
        budget=1_000_000.0,
    )
    found = platform.engine.match_demand(asked, 4)
    answer = client.post("match", json=body).json()
    assert [one["id"] for one in answer["matches"]] == [one.id for one in found.matches]


def test_a_neighbourhood_is_whole_and_bounded(client: TestClient) -> None:
    body = client.get("graph/neighbourhood/entry-0001?depth=2&limit=20").json()
    ids = [node["id"] for node in body["nodes"]]
    assert ids[0] == "entry-0001"
    assert len(ids) == len(set(ids)) == 20
    assert body["hidden"] > 0
    assert all({edge["source"], edge["target"]} <= set(ids) for edge in body["edges"])


def test_a_neighbourhood_keeps_to_the_relations(client: TestClient) -> None:
    body = client.get("graph/neighbourhood/entry-0001?relation=HOLDS&relation=CITES").json()
    assert {edge["relation"] for edge in body["edges"]} == {"HOLDS", "CITES"}


def test_a_path_is_a_sentence(client: TestClient) -> None:
    body = client.get("graph/paths?from=org-0001&to=entry-0001").json()
    assert body["length"] == 1
    assert any("—持有→" in path["sentence"] for path in body["paths"])
    assert client.get("graph/paths?from=org-0001&to=org-0001").json() == {
        "length": None,
        "paths": [],
    }


def test_a_tree_holds_what_the_list_holds(client: TestClient) -> None:
    for name in ("regions", "industries", "concepts", "materials"):
        flat = client.get(f"vocabularies/{name}").json()
        tree = client.get(f"vocabularies/{name}?form=tree").json()

        def walk(terms: list[dict[str, Any]], above: str | None) -> list[str]:
            out = []
            for term in terms:
                assert term["parent"] == above
                out += [term["id"], *walk(term["children"], term["id"])]
            return out

        ids = walk(tree["items"], None)
        assert sorted(ids) == [term["id"] for term in flat["items"]]
        assert flat["count"] == len(ids)


def test_the_list_of_vocabularies_counts_truly(client: TestClient) -> None:
    for line in client.get("vocabularies").json()["vocabularies"]:
        there = client.get(f"http://testserver{line['url']}").json()
        assert (there["count"], there["title"]) == (line["count"], line["title"])
        assert line["count"] > 0
