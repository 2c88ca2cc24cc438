"""Collects the names of the graph for completion and for same-sound correction."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Literal

from kg.model import Concept, Organization
from kg.vocabulary import Label
from search.analyzer import Analyzer
from search.indexes.local import LocalIndex
from search.lexicon import Lexicon
from search.results import Suggestion
from search.spelling import Spelling
from search.suggest import Suggester
from search.trees import Trees

Kind = Literal["industry", "region"]


def spelling_of(
    analyzer: Analyzer, lexicon: Lexicon, trees: Trees, entries: LocalIndex
) -> Spelling:
    """Correct towards words of the field that the catalogue really has, and vocabulary names."""
    names = [str(node.props["name"]) for node in trees.nodes.values()]
    names += [word for word, _frequency in lexicon.words]
    words = (analyzer.normalize(name) for name in names)
    return Spelling(words, known_words(analyzer, entries))


def known_words(analyzer: Analyzer, entries: LocalIndex) -> Callable[[str], bool]:
    """Return what says whether the dictionary or the catalogue has a normalised word."""
    postings = entries.postings
    return lambda word: analyzer.knows(word) or word in postings


def suggester_of(
    analyzer: Analyzer,
    trees: Trees,
    organizations: Iterable[Organization],
    entries: LocalIndex,
    demands: LocalIndex,
) -> Suggester:
    """Complete names of entries, concepts, organisations, industries, regions and demands.

    The weight is the number of entries behind a name; names with nothing behind come last.
    """
    used: Counter[str] = Counter()
    for document in entries.living():
        for values in document.links.values():
            used.update(set(values))
    named: list[tuple[Iterable[str], Suggestion, int]] = []
    for document in entries.living():
        titles = document.text.get("title", ())
        named.append((titles, Suggestion(document.title, "entry", document.id), 1))
    named += [
        ([document.title], Suggestion(document.title, "demand", document.id), 1)
        for document in demands.living()
    ]
    for organization in organizations:
        suggestion = Suggestion(organization.name, "organization", organization.id)
        names = (organization.name, *organization.aliases)
        named.append((names, suggestion, used[organization.id]))
    named += _vocabulary(trees, used)
    return Suggester(
        (analyzer.normalize(wording), suggestion, weight)
        for wordings, suggestion, weight in named
        for wording in wordings
    )


def _vocabulary(
    trees: Trees, used: Counter[str]
) -> Iterator[tuple[Iterable[str], Suggestion, int]]:
    for concept in map(Concept.from_node, trees.of(Label.CONCEPT)):
        if concept.scheme in {"technology", "process"}:
            suggestion = Suggestion(concept.name, "concept", concept.id)
            yield (concept.name, *concept.synonyms), suggestion, used[concept.id]
    for node in (*trees.of(Label.INDUSTRY), *trees.of(Label.REGION)):
        if used[node.id]:
            name = str(node.props["name"])
            kind: Kind = "industry" if node.label is Label.INDUSTRY else "region"
            yield [name], Suggestion(name, kind, node.id), used[node.id]
