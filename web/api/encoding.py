"""Search and match answers as plain dicts, written out by hand because speed matters here."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from search.documents import Card
from search.results import (
    FACETS,
    Condition,
    Facet,
    Hit,
    Marked,
    Match,
    MatchResult,
    Relaxation,
    SearchRequest,
    SearchResult,
    Suggestion,
)
from web.api.refs import Addresses, Json

_DEMAND = "需求"
_FOLDERS = {"entry": "entries", "organization": "organizations", "demand": "demands"}


def search_json(result: SearchResult, at: Addresses) -> Json:
    """Return a search answer. Scores are left out: their order is what they mean."""
    request = result.request
    return {
        "query": request.text,
        "corrected": result.corrected,
        "conditions": [_condition(one) for one in result.conditions],
        "total": result.total,
        "good": result.good,
        "total_is_lower_bound": result.total_is_lower_bound,
        "counts_are_lower_bounds": result.counts_are_lower_bounds,
        "page": request.page,
        "pages": result.pages,
        "size": request.size,
        "lexical_only": result.lexical_only,
        "hits": [_hit(hit, at) for hit in result.hits],
        "elsewhere": [_hit(hit, at) for hit in result.elsewhere],
        "facets": [_facet(facet) for facet in result.facets],
        "relaxations": [_relaxation(one, at) for one in result.relaxations],
    }


def match_json(result: MatchResult, at: Addresses) -> Json:
    """Return the matches of a demand or of an entry."""
    return {
        "subject": result.subject,
        "total": result.total,
        "lexical_only": result.lexical_only,
        "matches": [_match(match, at) for match in result.matches],
    }


def suggestions_json(suggestions: Sequence[Suggestion], at: Addresses) -> Json:
    """Return completions."""
    return {
        "suggestions": [
            {
                "text": one.text,
                "kind": one.kind,
                "id": one.id,
                "url": at.of_id(one.id, _FOLDERS[one.kind])
                if one.id and one.kind in _FOLDERS
                else None,
            }
            for one in suggestions
        ]
    }


def query_of(request: SearchRequest) -> str:
    """Return the request as the query string of GET /search; defaults are left out."""
    usual = SearchRequest()
    pairs: list[tuple[str, str]] = [("q", request.text)] if request.text else []
    pairs += [(name, value) for name in FACETS for value in request.filters.get(name, ())]
    pairs += [("drop", one) for one in sorted(request.dropped)]
    if request.literal:
        pairs.append(("literal", "true"))
    for name in ("mode", "sort", "page", "size"):
        if (value := getattr(request, name)) != getattr(usual, name):
            pairs.append((name, str(value)))
    return urlencode(pairs, errors="replace")


def _hit(hit: Hit, at: Addresses) -> Json:
    return {
        "id": hit.id,
        "name": hit.title.text,
        "url": _url(hit.id, hit.card, at),
        "title": _stretches(hit.title),
        "snippet": _stretches(hit.snippet),
        "card": _card(hit.card),
        "partial": hit.partial,
        "reasons": hit.reasons,
        "misses": hit.misses,
    }


def _match(match: Match, at: Addresses) -> Json:
    return {
        "id": match.id,
        "name": match.title,
        "url": _url(match.id, match.card, at),
        "card": _card(match.card),
        "fit": match.fit,
        "criteria": [
            {"name": c.name, "verdict": c.verdict, "fact": c.fact} for c in match.criteria
        ],
        "reason": match.reason,
        "proof": match.proof,
        "solved": match.solved,
    }


def _url(node_id: str, card: Card, at: Addresses) -> str:
    return at.of_id(node_id, "demands" if card.kind == _DEMAND else "entries")


def _stretches(marked: Marked) -> list[Json]:
    return [{"text": text, "hit": hit} for text, hit in marked.parts]


def _card(card: Card) -> Json:
    return {
        "kind": card.kind,
        "area": card.area,
        "direction": card.direction,
        "places": card.places,
        "industries": card.industries,
        "figures": card.figures,
        "parties": [{"id": p.id, "name": p.name, "place": p.place} for p in card.parties],
        "cases": card.cases,
        "evidence": card.evidence,
        "year": card.year,
        "status": card.status,
    }


def _condition(one: Condition) -> Json:
    return {
        "id": one.id,
        "kind": one.kind,
        "label": one.label,
        "words": one.words,
        "strict": one.strict,
    }


def _facet(facet: Facet) -> Json:
    values: list[dict[str, Any]] = [
        {
            "value": v.value,
            "label": v.label,
            "count": v.count,
            "chosen": v.chosen,
            "depth": v.depth,
        }
        for v in facet.values
    ]
    return {"name": facet.name, "label": facet.label, "values": values}


def _relaxation(one: Relaxation, at: Addresses) -> Json:
    query = query_of(one.request)
    return {
        "label": one.label,
        "total": one.total,
        "good": one.good,
        "total_is_lower_bound": one.at_least,
        "url": f"{at.base}/search?{query}" if query else f"{at.base}/search",
    }
