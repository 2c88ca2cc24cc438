"""Matches of a stored node, one that the index has not heard of yet included.

The index follows the change feed once a second; who has just written a demand and looks at its
page must not be told that there is none.
"""

from kg.errors import NodeNotFound
from search.engine import SearchEngine
from search.results import MatchResult
from search.sync import refresh


def match_demand(engine: SearchEngine, demand_id: str, limit: int) -> MatchResult:
    """Match a stored demand against the entries; see `SearchEngine.match_demand`."""
    try:
        return engine.match_demand(demand_id, limit)
    except NodeNotFound:
        refresh(engine)
        return engine.match_demand(demand_id, limit)


def match_entry(engine: SearchEngine, entry_id: str, limit: int) -> MatchResult:
    """Match a stored entry against the demands; see `SearchEngine.match_entry`."""
    try:
        return engine.match_entry(entry_id, limit)
    except NodeNotFound:
        refresh(engine)
        return engine.match_entry(entry_id, limit)
