"""The page of resource circles, and its parts on the pages of materials and organisations."""

import pytest
from fastapi.testclient import TestClient

from kg.model import Edge, Node
from kg.store import Chain, End
from kg.vocabulary import Label, Relation
from search.trees import Trees
from tests.web.public.reading import read
from web.bootstrap import Platform
from web.public.symbiosis import distance_words


def rows(text: str) -> int:
    return text.count('<tr role="row">') - 1


def test_all_pairs_of_a_material(client: TestClient, platform: Platform) -> None:
    found = platform.store.symbiosis(materials=["material-mat-phosphogypsum"])
    assert found.total > 5
    text = client.get("/symbiosis?material=mat-phosphogypsum").text
    assert f"共 {found.total} 对" in text
    assert rows(text) == found.total
    for chain in found.chains:
        assert chain.source.node.props["name"] in text
        assert chain.target.node.props["name"] in text


def test_by_sort_region_and_node(client: TestClient, platform: Platform) -> None:
    every = platform.store.symbiosis().total
    assert f"共 {every} 对" in client.get("/symbiosis?sort=all").text
    within = platform.store.symbiosis(region="region-500000").total
    assert 0 < within < every
    assert f"共 {within} 对" in client.get("/symbiosis?sort=all&region=500000").text
    entry = platform.store.symbiosis(node="entry-0055")
    assert entry.total > 0
    text = client.get("/symbiosis?node=entry-0055").text
    assert f"共 {entry.total} 对" in text
    assert "只列与" in text


def test_every_choice_leads_somewhere(client: TestClient) -> None:
    page = read(client.get("/symbiosis?sort=all").text)
    links = {a["href"] for a in page.all("a") if a["href"].startswith("/symbiosis?")}
    materials = [link for link in links if "material=" in link]
    assert len(materials) > 10
    for link in materials:
        assert rows(client.get(link).text) > 0, link


def test_nothing_found_says_so(client: TestClient) -> None:
    text = client.get("/symbiosis?material=mat-bamboo").text
    assert "目录里没有这样的配对" in text


@pytest.mark.parametrize("wrong", ["sort=x", "material=x", "material=%00", "region=x", "region="])
def test_wrong_choices(client: TestClient, wrong: str) -> None:
    answer = client.get(f"/symbiosis?{wrong}")
    assert answer.status_code == (200 if wrong.endswith("=") else 422)
    assert ("筛选条件有误" in answer.text) == (answer.status_code == 422)


def test_an_unknown_or_private_node_is_not_found(client: TestClient) -> None:
    assert client.get("/symbiosis?node=org-none").status_code == 404


def test_materials_and_organisations_lead_here(client: TestClient, platform: Platform) -> None:
    text = client.get("/browse/material/mat-phosphogypsum").text
    assert "/symbiosis?material=mat-phosphogypsum" in text
    holder = platform.store.neighbours("entry-0055", [Relation.HOLDS, Relation.SUPPLIES], "in")[0]
    text = client.get(f"/organizations/{holder.node.id}").text
    assert "谁的副产物谁能用" in text
    assert "磷石膏制水泥缓凝剂" in text
    assert f"/symbiosis?node={holder.node.id}" in text


def test_distances_in_words() -> None:
    def region(code: str, level: str) -> Node:
        return Node(f"region-{code}", Label.REGION, {"code": code, "short": code, "level": level})

    names = {"500000": "province", "510000": "province", "370000": "province", "1": "county"}
    nodes = {f"region-{code}": region(code, level) for code, level in names.items()}
    trees = Trees(nodes, {"region-1": "region-500000"})

    def words(one: str, two: str, distance: int | None, within: str | None) -> str:
        def end(code: str, relation: Relation) -> End:
            node = Node("tech-1", Label.TECHNOLOGY, {})
            return End(node, Edge(relation, "tech-1", "material-1"), (nodes[f"region-{code}"],))

        material = Node("material-1", Label.MATERIAL, {})
        source, target = end(one, Relation.PRODUCES), end(two, Relation.CONSUMES)
        place = nodes.get(f"region-{within}")
        return distance_words(trees, Chain(source, material, target, material, distance, place))

    assert words("1", "1", 0, "1") == "同一区县（1）"
    assert words("1", "500000", 2, "500000") == "同省市（500000）"
    assert words("1", "510000", 3, "510000") == "川渝之间"
    assert words("1", "370000", 3, "510000") == "跨省市"
    assert words("1", "370000", None, None) == "未知"


def test_an_organisation_that_only_makes_power_has_no_such_part(client: TestClient) -> None:
    """org-0004 shares nothing but electricity, which goes through the grid."""
    assert "谁的副产物谁能用" not in client.get("/organizations/org-0004").text
    assert rows(client.get("/symbiosis?node=org-0004").text) > 3
