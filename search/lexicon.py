"""Words of the field: dictionary, synonyms, indicator names. Plain data, read from files.

Synonym lines are `left<TAB>op<TAB>right`, terms split by `|`; op `=`: all are equivalent, op
`>`: a term on the left also searches for those on the right.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from search.errors import SearchError


class BadLexicon(SearchError):
    """A lexicon line cannot be read; says file, line and reason."""

    def __init__(self, path: Path, line: int, reason: str) -> None:
        super().__init__(f"{path.name} 第 {line} 行：{reason}")


@dataclass(frozen=True, slots=True)
class Indicator:
    """A figure people ask for: code, name, dimension, which way is better, other wordings."""

    code: str
    name: str
    dimension: str
    better: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Dictionary words (word, frequency), synonym groups, one-way expansions, indicators."""

    words: tuple[tuple[str, int], ...] = ()
    equal: tuple[tuple[str, ...], ...] = ()
    towards: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = ()
    indicators: dict[str, Indicator] = field(default_factory=dict)

    def expansions(self) -> dict[str, tuple[str, ...]]:
        """Return term -> the other terms to search for as well, as written."""
        out: dict[str, dict[str, None]] = defaultdict(dict)
        for group in self.equal:
            for term in group:
                out[term].update((other, None) for other in group if other != term)
        for left, right in self.towards:
            for term in left:
                out[term].update((other, None) for other in right if other != term)
        return {term: tuple(others) for term, others in out.items()}


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            yield number, line


def _terms(text: str) -> tuple[str, ...]:
    return tuple(term.strip() for term in text.split("|") if term.strip())


def read_words(path: Path) -> Iterator[tuple[str, int]]:
    """Read jieba's user dictionary format: `word freq tag`."""
    for number, line in _lines(path):
        parts = line.rsplit(" ", 2)
        if len(parts) != 3 or not parts[1].isdigit():
            raise BadLexicon(path, number, "应为“词 频次 词性”，以空格分开。")
        yield parts[0], int(parts[1])


def read_synonyms(path: Path) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Read (op, left, right) of each line."""
    for number, line in _lines(path):
        parts = line.split("\t")
        if len(parts) != 3 or parts[1] not in {"=", ">"}:
            raise BadLexicon(path, number, "应为“左边<制表符>= 或 ><制表符>右边”。")
        left, right = _terms(parts[0]), _terms(parts[2])
        if not left or not right:
            raise BadLexicon(path, number, "左边和右边都要至少有一个词。")
        yield parts[1], left, right


def read_indicators(path: Path) -> Iterator[Indicator]:
    """Read `code name dimension better aliases` (tab separated, with a header line)."""
    for number, line in _lines(path):
        if line.startswith("code\t"):
            continue
        parts = [*line.split("\t"), "", ""][:5]
        if not parts[0] or not parts[1]:
            raise BadLexicon(path, number, "指标要有代码和名称。")
        yield Indicator(parts[0], parts[1], parts[2], parts[3] or None, _terms(parts[4]))


def read_lexicon(folder: Path, more_words: Iterable[tuple[str, int]] = ()) -> Lexicon:
    """Read dictionary.txt, synonyms.tsv and indicators.tsv of a folder.

    Raises:
        BadLexicon: a line cannot be read.
    """
    lines = list(read_synonyms(folder / "synonyms.tsv"))
    return Lexicon(
        words=(*read_words(folder / "dictionary.txt"), *more_words),
        equal=tuple((*left, *right) for op, left, right in lines if op == "="),
        towards=tuple((left, right) for op, left, right in lines if op == ">"),
        indicators={i.code: i for i in read_indicators(folder / "indicators.tsv")},
    )
