"""Collects the names of the graph for completion and for same-sound correction."""

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import Literal

from kg.model import Concept, Organization
from kg.vocabulary import Label
from search.analyzer import Analyzer
from search.index import Index, Words
from search.lexicon import Lexicon
from search.results import Suggestion
from search.spelling import Spelling
from search.suggest import Key, Suggester, Wording
from search.table import Table
from search.trees import Trees

Kind = Literal["industry", "region"]
KINDS: tuple[Kind, ...] = ("industry", "region")
Named = tuple[Iterable[str], Suggestion, int]


def spelling_of(analyzer: Analyzer, lexicon: Lexicon, trees: Trees, entries: Index) -> Spelling:
    """Correct towards words of the field that the catalogue really has, and vocabulary names."""
    names = [str(node.props["name"]) for node in trees.nodes.values()]
    names += [word for word, _frequency in lexicon.words]
    words = (analyzer.normalize(name) for name in names)
    return Spelling(words, known_words(analyzer, entries.words))


def known_words(analyzer: Analyzer, catalogue: Words) -> Callable[[str], bool]:
    """Return what says whether the dictionary or the catalogue has a normalised word."""
    return lambda word: analyzer.knows(word) or word in catalogue


def suggester_of(
    analyzer: Analyzer,
    trees: Trees,
    organizations: Iterable[Organization],
    entries: Index,
    demands: Index,
) -> Suggester:
    """Complete names of entries, concepts, organisations, industries, regions and demands.

    Names with no entry behind them come last.
    """
    used = entries.used()
    table, needs = entries.table, demands.table
    named: list[Named] = [*_rows(table, table.living(), "entry")]
    named += _rows(needs, needs.living(), "demand")
    named += _around(trees, organizations, used)
    return Suggester(_wordings(analyzer, named))


def suggester_after(
    before: Suggester,
    analyzer: Analyzer,
    trees: Trees,
    organizations: Iterable[Organization],
    old: tuple[Index, Index],
    new: tuple[Index, Index],
) -> Suggester:
    """Return the completions after documents (entries, demands) were exchanged. What did not
    change is not sorted again, where the new indexes came from the old ones."""
    named: list[Named] = []
    gone: list[Key] = []
    sides: tuple[Literal["entry", "demand"], ...] = ("entry", "demand")
    for kind, was, now in zip(sides, old, new, strict=True):
        rows = now.table.since(was.table)
        if rows is None:
            return suggester_of(analyzer, trees, organizations, *new)
        came, went = rows
        named += _rows(now.table, came, kind)
        gone += ((kind, was.table.ids[row]) for row in went)
    used = new[0].used()
    moved = used ^ old[0].used()
    if moved:
        around = [*_around(trees, organizations, used)]
        gone += ((kind, i) for kind in ("organization", "concept", *KINDS) for i in moved)
        named += (one for one in around if one[1].id in moved)
    return before.changed(_wordings(analyzer, named), gone)


def _wordings(analyzer: Analyzer, named: Iterable[Named]) -> Iterator[Wording]:
    for wordings, suggestion, weight in named:
        for wording in wordings:
            yield analyzer.normalize(wording), suggestion, weight


def _rows(table: Table, rows: Iterable[int], kind: Literal["entry", "demand"]) -> Iterator[Named]:
    for row in rows:
        names = table.names[row] if kind == "entry" else [table.titles[row]]
        yield names, Suggestion(table.titles[row], kind, table.ids[row]), 1


def _around(
    trees: Trees, organizations: Iterable[Organization], used: Collection[str]
) -> Iterator[Named]:
    for organization in organizations:
        suggestion = Suggestion(organization.name, "organization", organization.id)
        names = (organization.name, *organization.aliases)
        yield names, suggestion, int(organization.id in used)
    yield from _vocabulary(trees, used)


def _vocabulary(trees: Trees, used: Collection[str]) -> Iterator[Named]:
    for concept in map(Concept.from_node, trees.of(Label.CONCEPT)):
        if concept.scheme in {"technology", "process"}:
            suggestion = Suggestion(concept.name, "concept", concept.id)
            yield (concept.name, *concept.synonyms), suggestion, int(concept.id in used)
    for node in (*trees.of(Label.INDUSTRY), *trees.of(Label.REGION)):
        if node.id in used:
            name = str(node.props["name"])
            kind: Kind = "industry" if node.label is Label.INDUSTRY else "region"
            yield [name], Suggestion(name, kind, node.id), 1
