"""A question -> all rows scored: what orders them, what is listed, what answers it."""

from collections.abc import Callable

import numpy as np

from search.conditions import met_rows, narrowed, strict_among, without
from search.expansion import token_query
from search.fusion import Fusion
from search.index import Among, Asked, Floats, Mask, Scores, TokenQuery
from search.results import Mode, SearchRequest
from search.view import Ranking, View

MAX_PARTIAL = 20
"""Most items below the line 以下只是部分相关."""
Encode = Callable[[str], Floats | None]


def rank(view: View, request: SearchRequest, fusion: Fusion, encode: Encode) -> Ranking:
    """Score every entry for the question. Filters chosen by hand only tell an index that cannot
    score all where to look as well."""
    table = view.entries.table
    corrected = _corrected(view, request)
    question = view.understanding.understand(corrected or request.text, request.dropped)
    query = token_query(view.analyzer, question.rest, view.entries.words.idf)
    vector = None if request.mode == "lexical" else encode(question.rest)
    strict = any(u.condition.strict for u in question.understood)
    everything = not query.groups or (strict and question.generic)
    wanted = strict_among(question, table)
    among = _among(wanted, request, strict=strict and not everything)
    asked = Asked(TokenQuery()) if everything else Asked(query, vector)
    (scores,) = view.entries.score([asked], among)
    mode: Mode = "lexical" if vector is None else request.mode
    fused = fusion.combine(scores, mode)
    for understood in question.understood:
        if not understood.condition.strict:
            met = met_rows(understood, table)
            fused = np.asarray(fused + fusion.boost * met, np.float32)
    missing = _missing(query, view)
    sure = fusion.confidence(scores, mode, missing=missing)
    if everything:
        # Nothing is asked but conditions: all that meet them answer the question.
        sure = np.full(len(fused), fusion.good, np.float32)
    bound = fusion.bound(strict=strict)
    meets = table.mask(wanted)
    best = float(sure[meets].max(initial=0.0))
    enough = max(fusion.good, fusion.share * best)
    sure, least = _few_partial(sure, meets, bound, enough)
    reach = [-1.0 if everything else _reach(fusion, scores, n, mode, missing)
             for n in range(len(among))]  # fmt: skip
    more = [one >= least for one in reach]
    listed = more[0]
    if any(request.filters.values()):
        # what was left out elsewhere may be so good that what is inside falls back or off the list
        partial = table.mask(among[1]) & (sure >= bound) & (sure < enough)
        moved = more[0] and (fusion.share * reach[0] > enough or bool(partial.any()))
        listed = more[1] or moved
    return Ranking(
        question, query, scores, fused, sure, bound, enough, meets, corrected,
        more=listed, more_counts=any(more),
    )  # fmt: skip


def _corrected(view: View, request: SearchRequest) -> str | None:
    normal = view.analyzer.normalize(request.text)
    if request.literal or len(normal) > 200:
        return None
    better = view.spelling.correct(normal)
    return better if better != normal else None


def _among(wanted: Among, request: SearchRequest, *, strict: bool) -> list[Among]:
    """Return where to look: under the strict conditions; with the filters, too, and with those of
    all facets but one, whose values are counted; and outside the conditions for what is near."""
    chosen = {facet: values for facet, values in request.filters.items() if values}
    among = [wanted]
    if chosen:
        among.append(narrowed(wanted, chosen))
    if len(chosen) > 1:
        among += [narrowed(wanted, without(chosen, facet)) for facet in chosen]
    if strict:
        among.append(narrowed(Among(), chosen))
    return among


def _reach(fusion: Fusion, scores: Scores, n: int, mode: Mode, missing: bool) -> float:  # noqa: FBT001
    """Return the confidence that a row which was left out might have reached."""
    unseen = scores.unseen[n] if scores.unseen else None
    if unseen is None:
        return -1.0
    lexical, dense = (np.array([value], np.float32) for value in unseen)
    most = Scores(lexical, dense, np.zeros(1, np.int64))
    return float(fusion.confidence(most, mode, missing=missing)[0])


def _few_partial(sure: Floats, meets: Mask, bound: float, enough: float) -> tuple[Floats, float]:
    """Keep only the surest of the partly relevant rows: a long tail helps nobody. Return also
    from which confidence on a row is listed.

    Filters chosen by hand come later, so that totals and facet counts agree whatever is
    chosen.
    """
    partial = np.flatnonzero(meets & (sure >= bound) & (sure < enough))
    if len(partial) <= MAX_PARTIAL:
        return sure, bound
    order = partial[np.argsort(-sure[partial], kind="stable")]
    kept = sure.copy()
    kept[order[MAX_PARTIAL:]] = -1
    return kept, float(sure[order[MAX_PARTIAL - 1]])


def _missing(query: TokenQuery, view: View) -> bool:
    """Say whether a word of the field is asked for that no entry has, nor its synonyms."""
    words = view.entries.words
    return any(
        next(iter(group)) in view.field_words and not any(t in words for t in group)
        for group in query.groups
    )
