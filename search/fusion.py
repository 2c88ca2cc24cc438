"""Puts lexical and dense scores together, and says what is good enough.

Both halves are absolute: `lexical` is the share of the best possible BM25 score of the question
(0..1), `dense` a cosine. So their sum means the same for every question, and thresholds can tell
"fits" from "related" and "nothing fits". Rank fusion (RRF) throws that away, and a cosine alone
cannot tell either; docs/benchmarks.md compares them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from search.index import Scores
from search.results import Mode

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fusion:
    """Parameters, tuned on the dev judgements.

    `ratio`: the difference in cosine that weighs as much as a full lexical score. `boost`: what
    a met soft condition adds. The confidence is lexical + (cosine - `floor`) / `step`: from
    `good` on an item answers the question, from `near` on it is listed as partly relevant; a
    lexical share from `words` on is enough by itself. `missing`: what the confidence loses when
    a word of the field that is asked for occurs nowhere. `share`: an item with less than this
    share of the best item's confidence only partly answers, however sure. `strict`: how much
    lower the bound of what is listed is where a place or a figure filters already.
    """

    ratio: float = 0.2
    origin: float = 0.8
    boost: float = 0.05
    floor: float = 0.86
    step: float = 0.05
    good: float = 0.9
    near: float = 0.7
    words: float = 0.7
    missing: float = 0.25
    share: float = 0.6
    strict: float = 0.35

    def combine(self, scores: Scores, mode: Mode) -> Floats:
        """Return one score a row to order by, float32."""
        if mode == "lexical":
            return scores.lexical
        dense = (scores.dense - self.origin) / self.ratio
        if mode == "dense":
            return np.asarray(dense, np.float32)
        return np.asarray(scores.lexical + dense, np.float32)

    def confidence(self, scores: Scores, mode: Mode, *, missing: bool) -> Floats:
        """Return how sure it is that each row answers the question; compare with `good`."""
        meaning = np.maximum(0, scores.dense - self.floor) / self.step
        sure = np.zeros_like(scores.lexical)
        if mode != "dense":
            sure = sure + scores.lexical * (2 if mode == "lexical" else 1)
        if mode != "lexical":
            sure = sure + meaning
        sure = sure - self.missing * missing
        if mode != "dense":
            sure = np.where(scores.lexical >= self.words, np.maximum(sure, self.good), sure)
        return np.asarray(sure, np.float32)

    def bound(self, *, strict: bool) -> float:
        """Return the confidence from which on an item is listed."""
        return self.near - self.strict * strict
