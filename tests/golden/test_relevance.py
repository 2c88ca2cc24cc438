"""Keeps relevance from falling: the dev judgements, on the real catalogue and the real model.

The bounds lie a little under the figures of docs/benchmarks.md, so that a change of numbers
behind the decimal point does not break the build but a real loss does.
"""

from pathlib import Path

import pytest

from search.evaluate import Report
from search.judging import evaluate_catalogue, evaluate_demands
from search.results import Mode
from web.bootstrap import Platform

DEV = Path(__file__).parent / "dev"


@pytest.fixture(scope="module")
def reports(platform: Platform) -> dict[Mode, Report]:
    modes: tuple[Mode, ...] = ("hybrid", "lexical", "dense")
    return {
        mode: evaluate_catalogue(platform.engine, DEV / "queries.jsonl", DEV / "qrels.tsv", mode)
        for mode in modes
    }


def _ndcg(report: Report) -> float:
    return report.overall["ndcg@10"].mean


def test_hybrid_beats_words_alone_and_meaning_alone(reports: dict[Mode, Report]) -> None:
    assert _ndcg(reports["hybrid"]) > max(_ndcg(reports["lexical"]), _ndcg(reports["dense"]))


def test_hybrid_does_not_fall(reports: dict[Mode, Report]) -> None:
    report = reports["hybrid"]
    assert _ndcg(report) >= 0.88
    assert report.overall["recall@10"].mean >= 0.89
    for kind, least in {"keyword": 0.90, "colloquial": 0.84, "need": 0.82, "org": 0.95}.items():
        assert report.by_type[kind]["ndcg@10"].mean >= least, kind


def test_nothing_fits_is_said_when_it_is_so_and_seldom_otherwise(
    reports: dict[Mode, Report],
) -> None:
    report = reports["hybrid"]
    assert report.told_none == report.unjudged
    assert report.wrongly_none <= 3


def test_demands_find_what_solved_them(platform: Platform) -> None:
    report = evaluate_demands(platform.engine, DEV / "demand_qrels.tsv")
    assert _ndcg(report) >= 0.88
    assert report.overall["recall@10"].mean >= 0.95
