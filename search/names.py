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
from search.suggest import Suggester
from search.trees import Trees

Kind = Literal["industry", "region"]


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
    named: list[tuple[Iterable[str], Suggestion, int]] = [
        (table.names[row], Suggestion(table.titles[row], "entry", table.ids[row]), 1)
        for row in table.living()
    ]
    named += [
        ([needs.titles[row]], Suggestion(needs.titles[row], "demand", needs.ids[row]), 1)
        for row in needs.living()
    ]
    for organization in organizations:
        suggestion = Suggestion(organization.name, "organization", organization.id)
        names = (organization.name, *organization.aliases)
        named.append((names, suggestion, int(organization.id in used)))
    named += _vocabulary(trees, used)
    return Suggester(
        (analyzer.normalize(wording), suggestion, weight)
        for wordings, suggestion, weight in named
        for wording in wordings
    )


def _vocabulary(
    trees: Trees, used: Collection[str]
) -> Iterator[tuple[Iterable[str], Suggestion, int]]:
    for concept in map(Concept.from_node, trees.of(Label.CONCEPT)):
        if concept.scheme in {"technology", "process"}:
            suggestion = Suggestion(concept.name, "concept", concept.id)
            yield (concept.name, *concept.synonyms), suggestion, int(concept.id in used)
    for node in (*trees.of(Label.INDUSTRY), *trees.of(Label.REGION)):
        if node.id in used:
            name = str(node.props["name"])
            kind: Kind = "industry" if node.label is Label.INDUSTRY else "region"
            yield [name], Suggestion(name, kind, node.id), 1
