"""Documents scored by the hashes of their tokens: as by the tokens themselves."""

import random

import numpy as np
import pytest

from search.documents import FIELDS
from search.indexes.neo4j_tokens import packed_tokens, postings_of, unpacked_tokens
from search.postings import Postings, Statistics, mean_lengths

WORDS = [f"词{n}" for n in range(30)]


def _whole(documents: list[dict[str, list[str]]]) -> Statistics:
    frequencies = {w: sum(any(w in d[f] for f in FIELDS) for d in documents) for w in WORDS}
    return Statistics(len(documents), mean_lengths(documents), frequencies)


@pytest.mark.parametrize("seed", range(5))
def test_some_documents_score_as_among_all(seed: int) -> None:
    rng = random.Random(seed)
    documents = [{f: rng.choices(WORDS, k=rng.randint(0, 12)) for f in FIELDS} for _ in range(50)]
    groups = [{"词1": 1.0, "词2": 0.5}, {"词7": 1.0}, {"不在里面": 0.4, "词29": 1.0}]
    tokens = {token for group in groups for token in group}
    some = sorted(rng.sample(range(50), 20))
    hashes = [unpacked_tokens(packed_tokens(documents[row])) for row in some]
    whole, part = Postings(documents), postings_of(hashes, tokens, _whole(documents))
    np.testing.assert_array_equal(part.score(groups), whole.score(groups)[some])
    for token in tokens:
        expected = [n for n, row in enumerate(some) if row in whole.rows_of(token)]
        assert part.rows_of(token).tolist() == expected
        assert part.frequency(token) == whole.frequency(token)


def test_nothing_to_score_or_to_ask_for_gives_nothing() -> None:
    whole = Statistics(3, (1.0,) * len(FIELDS), {"词1": 2})
    empty = unpacked_tokens(packed_tokens({}))
    assert postings_of([], {"词1"}, whole).score([{"词1": 1.0}]).tolist() == []
    assert postings_of([empty], (), whole).score([]).tolist() == [0]
    assert postings_of([empty, empty], {"词1"}, whole).score([{"词1": 1.0}]).tolist() == [0, 0]
