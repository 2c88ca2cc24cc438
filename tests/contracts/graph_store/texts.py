"""Text of every sort is kept to the letter, found again, and never read as a command."""

import pytest

from kg.model import Edge
from kg.query import Op, Query
from kg.store import GraphStore
from kg.vocabulary import Relation
from tests.contracts.graph_store.sample import TECH, fill, found, node, where

TEXTS = {
    "full-width": "ＡＢＣ１２３，；（）％",
    "traditional": "廢熱發電與節能減碳",
    "emoji": "👩‍👩‍👧‍👦🏭♻️",
    "combining": "e\u0301 \u00e9 ﷺ \u200b\u202e",
    "outside the first plane": "𠮷𡃁𪚥",
    "ends of planes": "\ud7ff\ue000\uffff\U0010ffff",
    "ten kilobytes": "余热回收。" * 700,
    "quotes": "'\"`“”‘’\\''\"\"",
    "spaces": "  \t\n\r\u3000\u00a0 a  ",
    "sql": "'; DROP TABLE nodes; --",
    "more sql": '" OR 1=1) UNION SELECT * FROM nodes /*',
    "marks": "?1 :name @p $x ?",
    "like": "100%_\\%",
    "glob": "*[a-z]?",
    "fts": 'a* NEAR(b, 2) AND NOT "c" col:d ^e -f OR',
    "cypher": "'}) DETACH DELETE n //",
    "more cypher": "`x` MATCH (n:User {a: $b}) RETURN n; UNWIND [1] AS x",
    "lucene": '+a && -b || !(c) {d} [e TO f] ^g "h"~2 *i? :j \\k /l/',
    "json": '{"a": [1, null], "b": "\\u0000"}',
    "html": "<script>alert(1)</script>&amp;",
    "control": "\x01\x02\x1b\x7f\x85\u2028\ufeff",
    "number-like": "1e5",
    "null-like": "null",
    "path": "../../etc/passwd",
}


@pytest.fixture
def library(store: GraphStore) -> GraphStore:
    store.put_many(
        node(f"tech-{i:02}", text=text, many=[text, "x"], deep={text: [text]})
        for i, text in enumerate(TEXTS.values())
    )
    return store


@pytest.mark.parametrize("name", TEXTS)
class TestTexts:
    def test_kept_to_the_letter(self, library: GraphStore, name: str) -> None:
        text, node_id = TEXTS[name], f"tech-{list(TEXTS).index(name):02}"
        assert library.get(node_id).props == {
            "text": text, "many": [text, "x"], "deep": {text: [text]},
        }  # fmt: skip

    def test_found_by_itself_alone(self, library: GraphStore, name: str) -> None:
        text, node_id = TEXTS[name], f"tech-{list(TEXTS).index(name):02}"
        for op, value in ((Op.EQ, text), (Op.IN, (text, "no")), (Op.PREFIX, text)):
            assert found(library, where("text", op, value)) == [node_id]
            assert found(library, where("many", op, value)) == [node_id]
        assert library.facets(where("text", Op.EQ, text), ["text"]) == {"text": [(text, 1)]}

    def test_ranges_follow_code_points(self, library: GraphStore, name: str) -> None:
        text = TEXTS[name]
        above = [f"tech-{i:02}" for i, other in enumerate(TEXTS.values()) if other > text]
        assert found(library, where("text", Op.GT, text)) == above

    def test_on_an_edge(self, store: GraphStore, name: str) -> None:
        text = TEXTS[name]
        fill(store, "org-1", "tech-1")
        edge = Edge(Relation.SUPPLIES, "org-1", "tech-1", {"note": text, "deep": [{text: text}]})
        store.relate(edge)
        assert store.neighbours("org-1")[0].edge == edge

    def test_as_an_id_it_is_not_found(self, store: GraphStore, name: str) -> None:
        assert store.get_many([TEXTS[name]]) == {}
        assert store.edges([TEXTS[name]], list(Relation)) == []


@pytest.mark.parametrize("name", ["name", "title", "status", "code", "added", "summary"])
def test_ten_kilobytes_fit_in_every_property(store: GraphStore, name: str) -> None:
    text = "余热😀" * 2000
    store.put_many([node("tech-1", **{name: text}), node("tech-2", **{name: [text, text + "x"]})])
    store.put(node("tech-3", **{name: text + "x"}))
    assert found(store, where(name, Op.EQ, text)) == ["tech-1", "tech-2"]
    assert found(store, where(name, Op.GT, text)) == ["tech-2", "tech-3"]
    assert found(store, where(name, Op.PREFIX, text + "x")) == ["tech-2", "tech-3"]


class TestTextOrder:
    def test_by_code_point(self, library: GraphStore) -> None:
        expected = sorted(range(len(TEXTS)), key=lambda i: list(TEXTS.values())[i])
        wanted = [f"tech-{i:02}" for i in expected]
        assert found(library, Query(TECH, order_by="text")) == wanted
        assert found(library, Query(TECH, order_by="text", descending=True)) == wanted[::-1]

    def test_pages_over_all_texts(self, library: GraphStore) -> None:
        seen: list[str] = []
        after = None
        while len(seen) < len(TEXTS):
            page = library.find(Query(TECH, order_by="text", limit=1, after=after))
            seen += [one.id for one in page.nodes]
            after = page.after
        assert len(set(seen)) == len(TEXTS)
        assert after is None
