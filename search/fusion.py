"""Puts lexical and dense scores together, and says what is good enough.

Both halves are absolute: `lexical` is the share of the best possible BM25 score of the question
(0..1), `dense` is the cosine mapped from the range that e5 uses for Chinese to 0..1. So the sum
means the same for every question, and one threshold can tell "fits" from "related" and
"nothing fits". Rank fusion (RRF) throws that away; docs/benchmarks.md compares the two.
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

    `low`..`high`: cosines mapped to 0..1. `weight`: share of the lexical half. `boost`: what a
    met soft condition adds. `good`: from here on an item answers the question; `near`: from
    here on it is listed as partly relevant.
    """

    weight: float = 0.4
    low: float = 0.80
    high: float = 0.92
    boost: float = 0.08
    good: float = 0.35
    near: float = 0.22

    def combine(self, scores: Scores, mode: Mode) -> Floats:
        """Return one score a row, float32; about 0..1."""
        dense = (scores.dense - self.low) / (self.high - self.low)
        if mode == "lexical":
            return scores.lexical
        if mode == "dense":
            return np.asarray(dense, np.float32)
        fused = self.weight * scores.lexical + (1 - self.weight) * np.maximum(dense, -0.5)
        return np.asarray(fused, np.float32)
