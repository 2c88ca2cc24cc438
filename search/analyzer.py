"""Chinese text -> tokens: NFKC, traditional to simplified, lower case, jieba with domain words.

The same analysis serves documents and queries; only queries are expanded by synonyms.
"""

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from opencc import OpenCC

from search.lexicon import Lexicon
from search.segmenter import Segmenter

_TOKEN = re.compile(r"[\w.%-]*\w[\w.%-]*|\w")
_GLUE = re.compile(r"[+&#_/|]+")
_SPACE = re.compile(r"\s+")
_COMMON, _RARE = 2.5, 5.0
"""Rarity (log10) of a general word that weighs least, and of one that weighs as a field word."""
_TRIM = ".-%"
LONGEST = 200
"""Letters of a token that count: an index of a database takes 8 kB at most."""
STOP_WORDS = frozenset(
    "的 了 吗 呢 吧 啊 是 在 有 和 与 及 或 等 也 都 就 还 又 很 太 被 把 给 让 从 到 对 "
    "为 以 于 上 下 中 里 不 没 没有 要 想 能 会 可以 能不能 可不可以 怎么 怎样 如何 "
    "什么 哪些 哪个 哪里 哪家 多少 有没有 有哪些 我 我们 你 你们 他 它 这 那 这个 那个 "
    "这些 那些 这种 一个 一种 一些 个 种 之 其 该 各 并 而 但 但是 所以 因为 如果 需要 "
    "希望 请问 请 求 找 知道 不知道 进行 通过 使用 采用 以及 其中 已经 可 将 由 向 后 前 "
    "时 办法 方法 东西 做 做成 搞 弄 用 来 去 啥 咋 咋办 怎么办 一下 比较 特别 非常 现在 "
    "目前 得 着 过 们".split()
)


@dataclass(frozen=True, slots=True)
class Span:
    """A place in the original text."""

    start: int
    end: int


class Analyzer:
    """Normalises and tokenises. Building one takes about 0.5 s; it is then read-only."""

    def __init__(self, lexicon: Lexicon, words: Iterable[str] = ()) -> None:
        """Load jieba with the lexicon's words and further names to be kept whole."""
        self._simplify = OpenCC("t2s").convert
        self._jieba = Segmenter()
        self._jieba.initialize()
        self._field: set[str] = set()
        for word, frequency in lexicon.words:
            self._add(word, frequency)
        for word in words:
            self._add(word, None)
        # Titles and summaries are marked again and again, for each question that finds them.
        self._aligned = lru_cache(4096)(self._align)
        self._letter = lru_cache(4096)(self._normal_letter)
        self._expansions: dict[str, tuple[str, ...]] = {}
        for term, others in lexicon.expansions().items():
            key = self.normalize(term)
            known = self._expansions.get(key, ())
            more = tuple(o for o in map(self.normalize, others) if o != key and o not in known)
            self._expansions[key] = known + more
        self._longest = max(map(len, self._expansions), default=0)

    def _add(self, word: str, frequency: int | None) -> None:
        word = self.normalize(word)
        if len(word) > 1 and " " not in word:
            self._field.add(word)
            self._jieba.add_word(word, frequency)

    def normalize(self, text: str) -> str:
        """Return NFKC, simplified, lower-case text with single spaces."""
        folded = unicodedata.normalize("NFKC", text)
        return _SPACE.sub(" ", self._simplify(folded).lower()).strip()

    def tokens(self, text: str) -> list[str]:
        """Return search tokens of any text, stop words and punctuation left out."""
        return self.tokens_of_normal(self.normalize(text))

    def tokens_of_normal(self, normal: str) -> list[str]:
        """Return search tokens of text that is normalised already."""
        out = []
        for piece in self._jieba.cut_for_search(_GLUE.sub(" ", normal)):
            if _TOKEN.fullmatch(piece):
                token = piece.strip(_TRIM)
                if token and token not in STOP_WORDS:
                    out.append(token[:LONGEST])
        return out

    def words(self, normal: str) -> list[str]:
        """Return plain words of normalised text, in order, each once and without overlaps."""
        return [w for w in self._jieba.cut(_GLUE.sub(" ", normal)) if _TOKEN.fullmatch(w)]

    def knows(self, word: str) -> bool:
        """Say whether the dictionary (general or of the field) has this normalised word."""
        return bool(self._jieba.FREQ.get(word, 0))

    def weight(self, token: str) -> float:
        """Return how telling a token is in itself, 0.15..1, whatever the catalogue is.

        Words of the field, names and unknown words weigh 1; general words the less the more
        common they are in Chinese (jieba's counts: 自己 1 in 700 words, 尾气 1 in 3 million). In a
        small catalogue document frequency alone takes rare everyday words for telling ones.
        """
        if token in self._field or not self._jieba.FREQ.get(token):
            return 1.0
        rarity = math.log10(self._jieba.total / self._jieba.FREQ[token])
        return min(1.0, max(0.15, (rarity - _COMMON) / (_RARE - _COMMON)))

    def expand(self, normal: str) -> dict[str, tuple[str, ...]]:
        """Return the synonym-table terms found in normalised text with what they expand to.

        Longest match first; a term inside a longer found one is still found, for what people
        mean by 有机废气治理 they also mean by 有机废气. Latin terms match whole words only.
        """
        found: dict[str, tuple[str, ...]] = {}
        for start in range(len(normal)):
            for end in range(min(len(normal), start + self._longest), start, -1):
                term = normal[start:end]
                if term in self._expansions and is_whole(normal, start, end):
                    found[term] = self._expansions[term]
        return found

    def spans(self, text: str, terms: Iterable[str]) -> list[Span]:
        """Return where normalised terms occur in the original text, merged, in order."""
        normal, owners = self._aligned(text)
        marked = bytearray(len(text))
        for term in terms:
            at = normal.find(term)
            while term and at >= 0:
                if is_whole(normal, at, at + len(term)):
                    first, last = owners[at], owners[at + len(term) - 1]
                    marked[first : last + 1] = b"\x01" * (last + 1 - first)
                at = normal.find(term, at + len(term))
        return [Span(m.start(), m.end()) for m in re.finditer(rb"\x01+", bytes(marked))]

    def folded(self, text: str) -> str:
        """Return simplified lower-case text with all its spaces; remembered, for texts that are
        asked for again and again."""
        return self._aligned(text)[0]

    def _align(self, text: str) -> tuple[str, Sequence[int]]:
        """Return normalised text and, for each of its letters, the original position."""
        whole = self._simplify(unicodedata.normalize("NFKC", text)).lower()
        if len(whole) == len(text):
            return whole, range(len(text))
        letters, owners = [], []
        for position, letter in enumerate(text):
            normal = self._letter(letter)
            letters.append(normal)
            owners.extend([position] * len(normal))
        return "".join(letters), owners

    def _normal_letter(self, letter: str) -> str:
        return str(self._simplify(unicodedata.normalize("NFKC", letter))).lower()


def is_whole(text: str, start: int, end: int) -> bool:
    """Say whether the slice does not cut a Latin word or a number in two."""

    def joined(a: str, b: str) -> bool:
        return a.isascii() and b.isascii() and a.isalnum() and b.isalnum()

    before = start > 0 and joined(text[start - 1], text[start])
    after = end < len(text) and joined(text[end - 1], text[end])
    return not (before or after)
