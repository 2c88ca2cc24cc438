"""Why a document is listed, in words; marked titles and snippets."""

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate

from search.analyzer import Analyzer
from search.documents import SearchDocument
from search.index import TokenQuery
from search.results import Marked

SNIPPET = 90
_SENTENCE = re.compile(r"[^。；！？\n]+[。；！？]?")
_GENERAL = frozenset(
    "企业 工厂 厂 项目 系统 设备 技术 装备 产品 改造 工程 问题 公司 绿色 环保".split()
)


def mark(analyzer: Analyzer, text: str, words: Iterable[str]) -> Marked:
    """Return the text in stretches, the found words marked."""
    parts: list[tuple[str, bool]] = []
    at = 0
    for span in analyzer.spans(text, words):
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


def telling(words: Iterable[str], idf: Callable[[str], float], most: int = 3) -> list[str]:
    """Choose the words worth naming: rare ones first, none inside another, none general."""
    ranked = sorted(
        (w for w in set(words) if len(w) > 1 and w not in _GENERAL),
        key=lambda w: (-idf(w) * len(w) ** 0.5, w),
    )
    chosen: list[str] = []
    for word in ranked:
        if not any(word in other or other in word for other in chosen):
            chosen.append(word)
    return chosen[:most]


def word_reason(query: TokenQuery, matched: set[str], named: Sequence[str]) -> str | None:
    """Say which words were found: 含“余热”“焦炉”；a synonym names the word it stands for."""
    if not named:
        return None
    said = []
    for word in named:
        heads = [next(iter(g)) for g in query.groups if word in g and word != next(iter(g))]
        asked = heads and not any(word == next(iter(g)) for g in query.groups)
        said.append(f"“{word}”（与“{max(heads, key=len)}”同义或相关）" if asked else f"“{word}”")
    return "含" + "".join(said) if set(named) <= matched else None


def meaning_reason(document: SearchDocument, passage: int) -> str | None:
    """Quote the passage that is nearest in meaning, when it is worth quoting."""
    if not document.passages:
        return None
    nearest = document.passages[passage]
    if nearest.kind == "problem":
        return f"与它解决的问题“{nearest.text.rstrip('。')}”意思相近"
    if nearest.kind == "case":
        return f"与它的案例“{nearest.text[:30].rstrip('。，')}…”意思相近"
    return "与它的用途和做法意思相近"
