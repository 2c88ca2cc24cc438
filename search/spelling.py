"""Puts same-sound typos right: 光扶 -> 光伏, 磷石糕 -> 磷石膏 (toneless pinyin, letter by letter).

A stretch is replaced only when it is no word by itself and exactly one well-known word of the
field sounds the same.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from itertools import islice, product

from pypinyin import Style, lazy_pinyin, pinyin

_CHINESE = ("\u4e00", "\u9fff")
_LONGEST = 6


def _is_chinese(text: str) -> bool:
    return all(_CHINESE[0] <= letter <= _CHINESE[1] for letter in text)


def sounds(text: str) -> list[tuple[str, ...]]:
    """Return the toneless readings of Chinese text (some letters have several), at most 8."""
    readings = [dict.fromkeys(r) for r in pinyin(text, style=Style.NORMAL, heteronym=True)]
    return list(islice(product(*readings), 8))


class Spelling:
    """Knows the words of the field by their sound."""

    def __init__(self, words: Iterable[str], known: Callable[[str], bool]) -> None:
        """`words` are normalised words worth correcting to; `known(word)` says whether a
        stretch is a word of its own and must be left alone."""
        self._known = known
        self._by_sound: dict[tuple[str, ...], set[str]] = defaultdict(set)
        for word in set(words):
            if 2 <= len(word) <= _LONGEST and _is_chinese(word):
                for reading in sounds(word):
                    self._by_sound[reading].add(word)

    def correct(self, normal: str) -> str:
        """Return normalised text with typos put right (the same text when there are none)."""
        syllables = [lazy_pinyin(c)[0] if _is_chinese(c) else "" for c in normal]
        settled = self._settled(normal)
        letters = list(normal)
        start = 0
        while start < len(letters):
            step = 1
            for end in range(min(len(letters), start + _LONGEST), start + 1, -1):
                stretch = normal[start:end]
                better = self._better(stretch, tuple(syllables[start:end]))
                if better is not None:
                    changed = {start + n for n, c in enumerate(stretch) if c != better[n]}
                    if not changed & settled:
                        letters[start:end] = better
                        step = end - start
                        break
            start += step
        return "".join(letters)

    def _settled(self, normal: str) -> set[int]:
        """Return the letters that stand in a known word, and so are no typos: 废 in 有机废气."""
        return {
            position
            for start in range(len(normal))
            for end in range(start + 2, min(len(normal), start + 4) + 1)
            if self._known(normal[start:end])
            for position in range(start, end)
        }

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
