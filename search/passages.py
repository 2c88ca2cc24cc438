"""The best passage of each document, exactly."""

import numpy as np

from search.index import Floats, Ints


def best_passages(vectors: Floats, first: Ints, vector: Floats | None) -> tuple[Floats, Ints]:
    """Return each document's best cosine and which of its passages that is.

    `vectors` are the unit vectors of all passages, a document's side by side; `first` is where
    each document's begin. Without a vector, or passages, the cosine is 0 and the passage the
    first.
    """
    dense = np.zeros(len(first), np.float32)
    best = np.zeros(len(first), np.int64)
    if vector is None or not len(first) or not vectors.shape[1]:
        return dense, best
    cosines = vectors @ vector
    has = np.diff(np.append(first, len(cosines))) > 0
    starts = first[has]
    if len(starts):
        dense[has] = np.maximum.reduceat(cosines, starts)
        best[has] = _argmax_of_runs(cosines, starts) - starts
    return dense, best


def _argmax_of_runs(values: Floats, starts: Ints) -> Ints:
    """Return the position of the largest value of each run (the first of equals)."""
    ends = np.append(starts[1:], len(values))
    run = np.repeat(np.arange(len(starts)), ends - starts)
    order = np.lexsort((np.arange(len(values)), -values, run))
    positions: Ints = order[np.searchsorted(run[order], np.arange(len(starts)))]
    return positions
