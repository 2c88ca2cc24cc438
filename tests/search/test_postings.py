"""BM25F against a plain, slow reading of the formula."""

import math
import random
from collections import Counter

import numpy as np
import pytest

from search.documents import FIELDS
from search.postings import Bm25, Postings

WORDS = [f"词{n}" for n in range(30)]


def _corpus(size: int, seed: int) -> list[dict[str, list[str]]]:
    rng = random.Random(seed)
    return [{f: rng.choices(WORDS, k=rng.randint(0, 12)) for f in FIELDS} for _ in range(size)]


def _plain(documents: list[dict[str, list[str]]], query: list[str], p: Bm25) -> list[float]:
    mean = {f: sum(len(d[f]) for d in documents) / len(documents) for f in FIELDS}

    def idf(token: str) -> float:
        n = sum(any(token in d[f] for f in FIELDS) for d in documents)
        return math.log(1 + (len(documents) - n + 0.5) / (n + 0.5))

    out = []
    for d in documents:
        total = 0.0
        for token in query:
            tf = sum(
                p.weight[f] * Counter(d[f])[token] / (1 - p.b[f] + p.b[f] * len(d[f]) / mean[f])
                for f in FIELDS
            )
            total += idf(token) * tf / (p.k1 + tf)
        out.append(total / sum(idf(t) for t in query))
    return out


def test_scores_equal_the_formula() -> None:
    documents, p = _corpus(60, 1), Bm25()
    query = ["词1", "词7", "词29"]
    got = Postings(documents, p).score([{t: 1.0} for t in query])
    np.testing.assert_allclose(got, _plain(documents, query, p), rtol=1e-5)


def test_of_a_group_only_the_best_token_counts() -> None:
    postings = Postings(_corpus(40, 2))
    both = postings.score([{"词1": 1.0, "词2": 0.5}])
    one, other = postings.score([{"词1": 1.0}]), postings.score([{"词2": 1.0}])
    top = max(postings.idf("词1"), 0.5 * postings.idf("词2"))
    best = np.maximum(one * postings.idf("词1"), other * 0.5 * postings.idf("词2")) / top
    np.testing.assert_allclose(both, best, rtol=1e-5)


def test_unknown_words_lower_the_share() -> None:
    postings = Postings(_corpus(40, 3))
    known = postings.score([{"词1": 1.0}])
    with_unknown = postings.score([{"词1": 1.0}, {"没有这个词": 1.0}])
    assert 0 < with_unknown.max() < known.max() <= 1


def test_a_part_of_a_synonym_does_not_stand_for_an_unknown_word() -> None:
    postings = Postings(_corpus(40, 3))
    whole = postings.score([{"没有这个词": 1.0, "词1": 0.8}])
    part = postings.score([{"没有这个词": 1.0, "词1": 0.4}])
    assert whole.max() == pytest.approx(postings.score([{"词1": 1.0}]).max())
    assert 0 < part.max() < 0.4


def test_changes_give_the_scores_of_the_new_set() -> None:
    documents = _corpus(50, 4)
    added, p = _corpus(5, 5), Bm25(b=dict.fromkeys(FIELDS, 0.0))  # no lengths, no means
    changed = Postings(documents, p).changed(added, {3: documents[3], 9: documents[9]})
    kept = [d for n, d in enumerate(documents) if n not in {3, 9}] + added
    query = [{"词1": 1.0}, {"词5": 1.0}]
    got = changed.score(query)
    assert got[3] == got[9] == 0
    np.testing.assert_allclose(np.delete(got, [3, 9]), Postings(kept, p).score(query), rtol=1e-5)


def test_an_empty_index_and_an_empty_question_score_nothing() -> None:
    assert Postings([]).score([{"词1": 1.0}]).shape == (0,)
    assert Postings(_corpus(3, 6)).score([]).tolist() == [0, 0, 0]
