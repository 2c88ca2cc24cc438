"""Relevance measures against values worked out by hand."""

from pathlib import Path

import pytest

from search.errors import BadJudgements
from search.evaluate import Judged, evaluate, interval, measure, ndcg, read_qrels, read_queries


def _keys(*ids: str) -> list[frozenset[str]]:
    return [frozenset({i}) for i in ids]


def test_ndcg_uses_linear_gain_and_log2_discount() -> None:
    # (3 + 0 + 2/log2(4)) / (3 + 2/log2(3) + 1/log2(4))
    assert ndcg([3, 0, 2], [3, 2, 1]) == pytest.approx((3 + 1.0) / (3 + 1.2618595 + 0.5))


def test_measures_of_one_ranking() -> None:
    got = measure(_keys("x", "b", "a"), {"a": 3, "b": 1, "c": 2})
    assert got["recall@10"] == 0.5
    assert got["mrr@10"] == pytest.approx(1 / 3)


def test_merged_keys_are_one_document_with_the_best_grade() -> None:
    merged = [frozenset({"a", "b"}), frozenset({"c"})]
    got = measure(merged, {"a": 3, "b": 2, "c": 1})
    assert got["ndcg@10"] == 1.0
    assert got["recall@10"] == 1.0


def test_queries_without_judgements_are_counted_apart() -> None:
    queries = [Judged("1", "有", "t", {"a": 3}), Judged("2", "无", "none", {})]
    report = evaluate(queries, lambda _t: _keys("a"), lambda text: text == "无")
    assert (report.unjudged, report.told_none, report.wrongly_none) == (1, 1, 0)
    assert report.overall["ndcg@10"].n == 1


def test_the_interval_holds_the_mean_and_is_repeatable() -> None:
    values = [0.0, 0.5, 1.0, 1.0, 0.25]
    first, again = interval(values), interval(values)
    assert first == again
    assert first.low <= first.mean <= first.high


@pytest.mark.parametrize("line", ["q1", "q1\tdoc\tbest", "a b c d e"])
def test_a_bad_judgement_line_names_file_and_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "r.tsv"
    file.write_text(f"q1\td1\t3\n{line}\n", "utf-8")
    with pytest.raises(BadJudgements, match=r"r\.tsv 第 2 行"):
        read_qrels(file)


def test_a_bad_query_line_and_a_missing_file_say_so(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"id":"1","text":"余热"}\n{"id":2}\n', "utf-8")
    with pytest.raises(BadJudgements, match="第 2 行"):
        read_queries(file, {})
    with pytest.raises(BadJudgements, match="找不到文件"):
        read_queries(tmp_path / "nowhere.jsonl", {})
