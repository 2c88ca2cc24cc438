"""Puts same-sound typos right: 光扶 -> 光伏, 磷石糕 -> 磷石膏 (toneless pinyin, letter by letter).

A stretch is replaced only when it is no word by itself, takes no letter away from one, and
exactly one well-known word of the field sounds the same.
"""

import copy
from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import cached_property, lru_cache
from itertools import islice, product

_CHINESE = ("\u4e00", "\u9fff")
_LONGEST = 6
_LONGEST_KNOWN = 12
_BETWEEN = frozenset("和与及或以是为")
"""Small words that mostly stand between two others and seldom are typos there (热回收与热泵)."""


def _is_chinese(text: str) -> bool:
    return all(_CHINESE[0] <= letter <= _CHINESE[1] for letter in text)


@lru_cache(8192)
def _letter(letter: str) -> str:
    from pypinyin import lazy_pinyin  # its tables take 0.3 s to load

    return str(lazy_pinyin(letter)[0])


def sounds(text: str) -> list[tuple[str, ...]]:
    """Return the toneless readings of a Chinese word, at most 8.

    Each letter is read as in the word (重庆 chong) and as by itself (重 zhong); rare readings of
    letters (尾 yi) would make words sound alike that nobody confuses.
    """
    from pypinyin import lazy_pinyin

    alone = [_letter(letter) for letter in text]
    both = (dict.fromkeys(pair) for pair in zip(lazy_pinyin(text), alone, strict=True))
    return list(islice(product(*both), 8))


class Spelling:
    """Knows the words of the field by their sound."""

    def __init__(self, words: Iterable[str], known: Callable[[str], bool]) -> None:
        """`words` are normalised words worth correcting to; `known(word)` says whether a
        stretch is a word of its own and must be left alone."""
        self._known = known
        self._words_of_field = frozenset(
            word for word in words if 2 <= len(word) <= _LONGEST and _is_chinese(word)
        )

    @cached_property
    def _by_sound(self) -> dict[tuple[str, ...], set[str]]:
        """Words by their sounds; worked out at the first question, for it takes some 0.2 s."""
        found: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for word in self._words_of_field:
            for reading in sounds(word):
                found[reading].add(word)
        return found

    def knowing(self, known: Callable[[str], bool]) -> "Spelling":
        """Return the same with other words that are left alone."""
        other = copy.copy(self)
        other._known = known  # noqa: SLF001 - a copy of this very class
        return other

    def correct(self, normal: str) -> str:
        """Return normalised text with typos put right (the same text when there are none)."""
        syllables = [_letter(c) if _is_chinese(c) else "" for c in normal]
        words = self._words(normal)
        letters = list(normal)
        start = 0
        while start < len(letters):
            step = 1
            for end in range(min(len(letters), start + _LONGEST), start + 1, -1):
                better = self._better(normal[start:end], tuple(syllables[start:end]))
                if better is not None and _may_change(normal, start, better, words):
                    letters[start:end] = better
                    step = end - start
                    break
            start += step
        return "".join(letters)

    def _words(self, normal: str) -> list[tuple[int, int]]:
        """Return where known words of two letters and more stand, overlaps included."""
        return [
            (start, end)
            for start in range(len(normal))
            for end in range(start + 2, min(len(normal), start + _LONGEST_KNOWN) + 1)
            if self._known(normal[start:end])
        ]

    def _better(self, stretch: str, syllables: tuple[str, ...]) -> str | None:
        if not _is_chinese(stretch) or self._known(stretch):
            return None
        words = self._by_sound.get(syllables, set()) - {stretch}
        if len(words) != 1:
            return None
        (word,) = words
        same = sum(a == b for a, b in zip(stretch, word, strict=True))
        # One letter off, and in short words nothing else to go by: the rest must be the same.
        return word if same >= len(word) - 1 else None


def _may_change(normal: str, start: int, better: str, words: Iterable[tuple[int, int]]) -> bool:
    """Say whether a stretch may be a typo.

    No letter that would change stands in a known word (废 in 有机废气); no known word reaches
    into the stretch from before (固废 into 废制), nor out of a short one (热泵 out of 与热);
    no small word changes but at the very beginning.
    """
    end = start + len(better)
    changed = {start + n for n, c in enumerate(better) if c != normal[start + n]}
    for first, last in words:
        if first < end and last > start:
            crosses = first < start or (last > end and len(better) == 2)
            if crosses or changed & set(range(first, last)):
                return False
    return not any(p > 0 and normal[p] in _BETWEEN for p in changed)
