"""Completions while typing: by the beginning, by any part, by pinyin or its initials."""

import copy
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache

from search.results import Suggestion

Wording = tuple[str, Suggestion, int]
Key = tuple[str, str]
MOST_LATER = 2000
"""Names that may come or go until all are sorted anew."""
_ORDER = ("concept", "entry", "organization", "industry", "region", "demand")


@dataclass(frozen=True, slots=True)
class _Name:
    normal: str
    suggestion: Suggestion
    weight: int

    @property
    def key(self) -> Key:
        return key_of(self.suggestion)


@lru_cache(200_000)
def _sounds(normal: str) -> tuple[str, str]:
    """Return pinyin and its initials without punctuation: 碳+飞轮 -> tanfeilun, tfl.

    Kept, since names are sorted anew with every change of the catalogue.
    """
    from pypinyin import Style, lazy_pinyin  # its tables take 0.3 s to load

    syllables = lazy_pinyin("".join(filter(str.isalnum, normal)), style=Style.NORMAL)
    return "".join(syllables), "".join(syllable[0] for syllable in syllables)


class Suggester:
    """Names with their sounds, sorted once, and a few that came later.

    First come those that begin with what is typed, then those with something behind them, then
    by kind, and the shorter before the longer.
    """

    def __init__(self, names: Iterable[Wording]) -> None:
        """Take (normalised wording, what it stands for, weight 1 or, with nothing behind it, 0)."""
        self._sorted, self._later = _Names(names), _Names(())
        self._gone: frozenset[Key] = frozenset()

    def changed(self, names: Iterable[Wording], gone: Iterable[Key]) -> "Suggester":
        """Return another without the things that are gone, and with names added. Only when these
        have become many are all sorted anew."""
        gone = frozenset(gone)
        later = [n for n in self._later.names if n.key not in gone]
        added = [*((n.normal, n.suggestion, n.weight) for n in later), *names]
        hidden = self._gone | gone
        if len(added) + len(hidden) > MOST_LATER:
            kept = (n for n in self._sorted.names if n.key not in hidden)
            return Suggester([*((n.normal, n.suggestion, n.weight) for n in kept), *added])
        other = copy.copy(self)
        other._later, other._gone = _Names(added), hidden  # noqa: SLF001 - of this very class
        return other

    def suggest(self, normal: str, limit: int) -> list[Suggestion]:
        """Return up to `limit` suggestions for normalised text; none for empty text."""
        if not normal or limit < 1:
            return []
        found = [f for f in self._sorted.found(normal) if f[1].key not in self._gone]
        ranked = sorted([*found, *self._later.found(normal)], key=lambda f: _rank(*f))
        out: dict[Key, Suggestion] = {}
        for _how, name in ranked:
            out.setdefault(name.key, name.suggestion)
            if len(out) == limit:
                break
        return list(out.values())


def key_of(suggestion: Suggestion) -> Key:
    """Return what tells a thing from others: its kind and id (without one, its text)."""
    return suggestion.kind, suggestion.id or suggestion.text


def _rank(how: int, name: _Name) -> tuple[int, int, int, int, str]:
    kind = _ORDER.index(name.suggestion.kind)
    return how, -min(name.weight, 1), kind, len(name.normal), name.normal


class _Names:
    def __init__(self, names: Iterable[Wording]) -> None:
        self.names = [_Name(*name) for name in names]
        self._all = "\n".join(name.normal for name in self.names)
        starts = [0]
        for name in self.names:
            starts.append(starts[-1] + len(name.normal) + 1)
        self._starts = starts

    @cached_property
    def _keys(self) -> list[tuple[str, int]]:
        """All wordings and sounds in order; worked out at the first question (some 0.3 s)."""
        keys: set[tuple[str, int]] = set()
        for position, name in enumerate(self.names):
            keys.update((key, position) for key in (name.normal, *_sounds(name.normal)))
        return sorted(keys)

    def found(self, normal: str) -> list[tuple[int, _Name]]:
        """Return the names that begin with a text (0) or contain it (1)."""
        found: dict[int, int] = {}
        for position in self._beginning(normal.replace(" ", "") or normal):
            found.setdefault(position, 0)
        for position in self._containing(normal):
            found.setdefault(position, 1)
        return [(how, self.names[position]) for position, how in found.items()]

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
