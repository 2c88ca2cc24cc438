"""Why a document is listed, in words; marked titles and snippets."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from search.analyzer import Analyzer
from search.documents import SearchDocument
from search.expansion import SYNONYM
from search.index import TokenQuery
from search.results import Marked

SNIPPET = 90
NAMED, FEW = 3, 2
"""At most so many words are named; with fewer than `FEW` a synonym is named too."""
ABBREVIATION = 4
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_GENERAL = frozenset(
    "企业 工厂 厂 项目 系统 设备 技术 装备 产品 改造 工程 问题 公司 绿色 环保 "
    "白白 排掉 拿来 拿去 浪费 地方".split()
)


def mark(analyzer: Analyzer, text: str, words: Iterable[str]) -> Marked:
    """Return the text in stretches, the found words marked; single letters say too little."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for span in analyzer.spans(text, (word for word in words if len(word) > 1)):
        if span.start > at:
            parts.append((text[at : span.start], False))
        parts.append((text[span.start : span.end], True))
        at = span.end
    if at < len(text) or not parts:
        parts.append((text[at:], False))
    return Marked(tuple(parts))


def snippet(analyzer: Analyzer, text: str, words: Sequence[str]) -> Marked:
    """Return about two lines of the text: from the sentence that has most of the words on."""
    sentences = [m.group() for m in _SENTENCE.finditer(text)] or [text]
    spans = analyzer.spans(text, words)
    ends = list(accumulate(map(len, sentences)))
    found = [
        sum(end - len(s) <= span.start < end for span in spans)
        for s, end in zip(sentences, ends, strict=True)
    ]
    best = max(range(len(sentences)), key=lambda i: (found[i], -i)) if words else 0
    shown = "".join(sentences[best:])
    if len(shown) < SNIPPET // 2:
        shown = "".join(sentences[max(0, best - 1) :])
    if len(shown) > SNIPPET:
        shown = shown[:SNIPPET].rstrip("，、；。") + "…"
    if best > 0 and not shown.startswith(sentences[0]):
        shown = "…" + shown
    return mark(analyzer, shown, words)


def telling(words: Iterable[str], idf: Callable[[str], float]) -> list[str]:
    """Return the words that may be named, rare and long ones first, general ones left out."""
    worth = (w for w in set(words) if len(w) > 1 and w not in _GENERAL and not w.isdigit())
    return sorted(worth, key=lambda w: (-idf(w) * len(w) ** 0.5, w))


def word_reason(query: TokenQuery, matched: set[str], named: Sequence[str]) -> str | None:
    """Say which words were found: 含“余热”“焦炉”.

    The question's own words come first. A synonym is named only where few of them were found,
    and only for a word that the text does not have itself: 与“烘干”相关的“干燥”.
    """
    heads = [next(iter(group)) for group in query.groups]
    own = [w for w in named if w in heads and not _is_fragment(w, heads)]
    own = [w for w in own if not any(w in other and w != other for other in own)][:NAMED]
    said = "".join(f"“{_shown(word)}”" for word in own)
    if len(own) < FEW and (stand_in := _stand_in(query, matched, named, own)):
        said += f"{'和' if own else ''}与“{stand_in[0]}”相关的“{_shown(stand_in[1])}”"
    return f"含{said}" if said else None


def _shown(word: str) -> str:
    """Write abbreviations as people do: COD, ORC, MVR."""
    return word.upper() if word.isascii() and len(word) <= ABBREVIATION else word


def _is_fragment(word: str, heads: Sequence[str]) -> bool:
    """Say whether the word is the wrong half of a longer one: 压机 of 空压机, 用率 of 回用率."""
    return any(
        longer.find(other) < longer.find(word) < longer.find(other) + len(other)
        for longer in heads
        if word in longer and word != longer
        for other in heads
        if other in longer and other not in {longer, word}
    )


def _stand_in(
    query: TokenQuery, matched: set[str], named: Sequence[str], own: Sequence[str]
) -> tuple[str, str] | None:
    """Return a word of the question that was not found, and a whole synonym of it that was."""
    for word in named:
        asked = []
        for group in query.groups:
            head = next(iter(group))
            # A word of a longer synonym weighs only its share: waste of waste heat recovery.
            if word in group and group[word] > 0.99 * SYNONYM * group[head]:
                asked.append(head)
        known = any(head in matched or any(head in w for w in own) for head in asked)
        if asked and not known and not any(word in w or w in word for w in own):
            return max(asked, key=len), word
    return None


def meaning_reason(document: SearchDocument, passage: int) -> str | None:
    """Quote the passage that is nearest in meaning, when it is worth quoting.

    None when the document has no such passage: it may have changed since it was scored.
    """
    if passage >= len(document.passages):
        return None
    nearest = document.passages[passage]
    if nearest.kind == "problem":
        return f"与它解决的问题“{nearest.text.rstrip('。')}”意思相近"
    if nearest.kind == "case":
        return f"与它的案例“{nearest.text.partition('。')[0]}”意思相近"
    return "与它的用途和做法意思相近"
