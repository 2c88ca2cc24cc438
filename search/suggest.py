"""Completions while typing: by the beginning, by any part, by pinyin or its initials."""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from search.results import Suggestion

_ORDER = ("concept", "entry", "organization", "industry", "region", "demand")


@dataclass(frozen=True, slots=True)
class _Name:
    normal: str
    suggestion: Suggestion
    weight: int


@lru_cache(200_000)
def _sounds(normal: str) -> tuple[str, str]:
    """Return pinyin and its initials without punctuation: 碳+飞轮 -> tanfeilun, tfl.

    Kept, since names are sorted anew with every change of the catalogue.
    """
    from pypinyin import Style, lazy_pinyin  # its tables take 0.3 s to load

    syllables = lazy_pinyin("".join(filter(str.isalnum, normal)), style=Style.NORMAL)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


class Suggester:
    """Names with their sounds, sorted once.

    First come those that begin with what is typed, then those with something behind them, then
    by kind, and the shorter before the longer.
    """

    def __init__(self, names: Iterable[tuple[str, Suggestion, int]]) -> None:
        """Take (normalised wording, what it stands for, weight 1 or, with nothing behind it, 0)."""
        self._names = [_Name(*name) for name in names]
        self._all = "\n".join(name.normal for name in self._names)
        starts = [0]
        for name in self._names:
            starts.append(starts[-1] + len(name.normal) + 1)
        self._starts = starts

    @cached_property
    def _keys(self) -> list[tuple[str, int]]:
        """All wordings and sounds in order; worked out at the first question (some 0.3 s)."""
        keys: set[tuple[str, int]] = set()
        for position, name in enumerate(self._names):
            keys.update((key, position) for key in (name.normal, *_sounds(name.normal)))
        return sorted(keys)

    def suggest(self, normal: str, limit: int) -> list[Suggestion]:
        """Return up to `limit` suggestions for normalised text; none for empty text."""
        if not normal or limit < 1:
            return []
        found: dict[int, int] = {}
        for position in self._beginning(normal.replace(" ", "") or normal):
            found.setdefault(position, 0)
        for position in self._containing(normal):
            found.setdefault(position, 1)
        ranked = sorted(found, key=lambda p: self._rank(p, found[p]))
        out: dict[tuple[str, str], Suggestion] = {}
        for position in ranked:
            suggestion = self._names[position].suggestion
            out.setdefault((suggestion.kind, suggestion.id or suggestion.text), suggestion)
            if len(out) == limit:
                break
        return list(out.values())

    def _rank(self, position: int, how: int) -> tuple[int, int, int, int, str]:
        name = self._names[position]
        kind = _ORDER.index(name.suggestion.kind)
        return how, -min(name.weight, 1), kind, len(name.normal), name.normal

    def _beginning(self, text: str) -> Iterable[int]:
        at = bisect_left(self._keys, (text, -1))
        while at < len(self._keys) and self._keys[at][0].startswith(text):
            yield self._keys[at][1]
            at += 1

    def _containing(self, text: str, most: int = 200) -> Iterable[int]:
        at = self._all.find(text)
        while at >= 0 and most:
            position = bisect_left(self._starts, at + 1) - 1
            yield position
            at = self._all.find(text, self._starts[position + 1])
            most -= 1
