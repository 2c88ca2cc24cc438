"""What was written a moment ago has its matches, though the index has not followed yet."""

import seeds
from kg.model import Edge, Node
from kg.stores.sqlite import SqliteGraphStore
from kg.vocabulary import Label, Relation
from search.engine import SearchEngine
from web.matches import match_demand, match_entry

ENTRY = {
    "name": "水泥窑低温余热发电", "kind": "Technology", "use": "余热变成电",
    "summary": "回收窑尾余热", "area": "清洁生产+", "direction": "节能",
}  # fmt: skip
DEMAND = {"title": "水泥窑余热没有利用", "situation": "窑尾余热直接排空", "status": "需求"}


def test_new_nodes_are_matched_at_once() -> None:
    store = SqliteGraphStore(None)
    engine = SearchEngine(store, seeds.lexicon(), None)
    store.put(Node("entry-new", Label.TECHNOLOGY, ENTRY))
    store.put(Node("demand-new", Label.DEMAND, DEMAND))
    store.relate(Edge(Relation.SOLVED_BY, "demand-new", "entry-new"))
    assert [m.id for m in match_demand(engine, "demand-new", 5).matches] == ["entry-new"]

    store.put(Node("entry-newer", Label.TECHNOLOGY, ENTRY))
    store.put(Node("demand-newer", Label.DEMAND, DEMAND))
    store.relate(Edge(Relation.SOLVED_BY, "demand-newer", "entry-newer"))
    assert [m.id for m in match_entry(engine, "entry-newer", 5).matches] == ["demand-newer"]
    store.close()
