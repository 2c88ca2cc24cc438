"""What must hold: strict conditions of the question and filters chosen by hand, as `Among`."""

from collections.abc import Mapping

from search.index import Among, Mask
from search.query import Question, Understood
from search.table import Table

Filters = Mapping[str, tuple[str, ...]]


def strict_among(question: Question, table: Table) -> Among:
    """Return the documents that meet the strict conditions: of several places (or organisations)
    one, of figures all, and none of what is not wanted."""
    wanted: dict[str, frozenset[str]] = {}
    unwanted: list[tuple[str, frozenset[str]]] = []
    rows: Mask | None = None
    for understood in question.understood:
        if not understood.condition.strict:
            continue
        facet, values = understood.facet, frozenset(understood.values)
        if facet is None:
            met = met_rows(understood, table)
            rows = met if rows is None else rows & met
        elif understood.negated:
            unwanted.append((facet, values))
        else:
            wanted[facet] = wanted.get(facet, frozenset()) | values
    return Among(tuple(wanted.items()), tuple(unwanted), rows)


def met_rows(understood: Understood, table: Table) -> Mask:
    """Return which living rows meet one condition."""
    if understood.facet is not None:
        return table.select(understood.facet, understood.values)
    return table.alive if understood.bound is None else table.meeting(understood.bound)


def narrowed(among: Among, filters: Filters) -> Among:
    """Return the documents of `among` that have one chosen value of each filter."""
    chosen = [(facet, frozenset(values)) for facet, values in filters.items() if values]
    return Among((*among.any_of, *chosen), among.none_of, among.rows)


def without(filters: Filters, facet: str) -> Filters:
    """Return the filters but that of one facet."""
    return {name: values for name, values in filters.items() if name != facet}
