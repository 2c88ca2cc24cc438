"""Relevance measures over judged queries, each with a bootstrap interval and by query type.

nDCG uses linear gain and log2 discount (Järvelin, Kekäläinen 2002; `ndcg_cut` of trec_eval).
Recall counts documents of grade 2 and more, MRR the first document of grade 2 and more.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from search.errors import BadJudgements

Ranker = Callable[[str], Sequence[str]]
Grades = Mapping[str, int]
RELEVANT = 2
METRICS = ("ndcg@10", "recall@10", "recall@100", "mrr@10")


@dataclass(frozen=True, slots=True)
class Judged:
    """A query with its type; `grades` are judged document keys (absent = 0)."""

    id: str
    text: str
    type: str
    grades: Grades


@dataclass(frozen=True, slots=True)
class Interval:
    """A mean with its 95 % bootstrap interval over `n` queries."""

    mean: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Report:
    """Metrics over all judged queries and by type; queries nothing is judged for are only
    counted (`unjudged`), and of them how many the system said nothing fits (`told_none`)."""

    overall: Mapping[str, Interval]
    by_type: Mapping[str, Mapping[str, Interval]]
    per_query: Mapping[str, Mapping[str, float]]
    unjudged: int = 0
    told_none: int = 0
    wrongly_none: int = 0
    meta: Mapping[str, Any] = field(default_factory=dict)


def ndcg(gains: Sequence[int], ideal: Sequence[int], depth: int = 10) -> float:
    """Return nDCG at `depth`; `ideal` are all judged grades. 0 when none is above 0."""

    def dcg(values: Iterable[int]) -> float:
        return sum(g / float(np.log2(i + 2)) for i, g in enumerate(values))

    best = dcg(sorted(ideal, reverse=True)[:depth])
    return dcg(gains[:depth]) / best if best else 0.0


def measure(ranked: Sequence[frozenset[str]], grades: Grades) -> dict[str, float]:
    """Return the metrics of one ranking.

    Each ranked item is the set of keys behind it; it counts as the best of them, and judged
    keys merged into one item are one document in the ideal ranking too.
    """
    gains = [max((grades.get(k, 0) for k in keys), default=0) for keys in ranked]
    merged: dict[int, int] = {}
    owner = {k: position for position, keys in enumerate(ranked) for k in keys}
    loose = [g for k, g in grades.items() if k not in owner]
    for key, grade in grades.items():
        if key in owner:
            merged[owner[key]] = max(grade, merged.get(owner[key], 0))
    ideal = [*merged.values(), *loose]
    relevant = sum(g >= RELEVANT for g in ideal)
    first = next((i for i, g in enumerate(gains[:10]) if g >= RELEVANT), None)

    def recall(depth: int) -> float:
        return sum(g >= RELEVANT for g in gains[:depth]) / relevant if relevant else float("nan")

    return {
        "ndcg@10": ndcg(gains, ideal),
        "recall@10": recall(10),
        "recall@100": recall(100),
        "mrr@10": 1 / (first + 1) if first is not None else 0.0,
    }


def interval(values: Sequence[float], samples: int = 1000, seed: int = 20240104) -> Interval:
    """Return the mean with a percentile bootstrap interval (the seed is fixed)."""
    array = np.array([v for v in values if not np.isnan(v)], float)
    if not len(array):
        return Interval(float("nan"), float("nan"), float("nan"), 0)
    generator = np.random.default_rng(seed)
    means = generator.choice(array, (samples, len(array))).mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Interval(float(array.mean()), float(low), float(high), len(array))


def evaluate(
    queries: Iterable[Judged],
    rank: Callable[[str], Sequence[frozenset[str]]],
    nothing_fits: Callable[[str], bool] | None = None,
    meta: Mapping[str, Any] | None = None,
) -> Report:
    """Rank every query and measure.

    `rank(text)` returns ranked items as sets of keys; `nothing_fits(text)` says whether the
    system would tell a person that nothing fits.
    """
    per_query: dict[str, dict[str, float]] = {}
    types: dict[str, list[str]] = defaultdict(list)
    unjudged = told = wrongly = 0
    for query in queries:
        none = nothing_fits(query.text) if nothing_fits else False
        if not any(query.grades.values()):
            unjudged += 1
            told += none
            continue
        wrongly += none
        per_query[query.id] = measure(rank(query.text), query.grades)
        types[query.type].append(query.id)

    def table(ids: Iterable[str]) -> dict[str, Interval]:
        rows = [per_query[i] for i in ids]
        return {m: interval([row[m] for row in rows]) for m in METRICS}

    return Report(
        table(per_query),
        {t: table(ids) for t, ids in sorted(types.items())},
        per_query,
        unjudged,
        told,
        wrongly,
        meta or {},
    )


def read_qrels(path: Path) -> dict[str, dict[str, int]]:
    """Read `query<TAB>document<TAB>grade` lines (TREC's four-column form as well)."""
    out: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in _lines(path):
        parts = line.split()
        if len(parts) not in {3, 4} or not parts[-1].lstrip("-").isdigit():
            raise BadJudgements(f"{path.name} 第 {number} 行：应为“查询 文档 等级”三列。")
        out[parts[0]][parts[-2]] = max(0, int(parts[-1]))
    return dict(out)


def read_queries(path: Path, qrels: Mapping[str, Grades]) -> list[Judged]:
    """Read {"id","text","type"?} lines and join the judgements."""
    out = []
    for number, line in _lines(path):
        try:
            record = json.loads(line)
            query, text = str(record["id"]), str(record["text"])
        except (ValueError, KeyError, TypeError) as error:
            raise BadJudgements(
                f'{path.name} 第 {number} 行：应为含 "id" 和 "text" 的 JSON 对象。'
            ) from error
        out.append(Judged(query, text, str(record.get("type", "all")), qrels.get(query, {})))
    return out


def read_corpus(path: Path) -> list[tuple[str, str, str]]:
    """Read {"id","text","title"?} lines as (id, title, text)."""
    out = []
    for number, line in _lines(path):
        try:
            record = json.loads(line)
            out.append((str(record["id"]), str(record.get("title") or ""), str(record["text"])))
        except (ValueError, KeyError, TypeError) as error:
            raise BadJudgements(
                f'{path.name} 第 {number} 行：应为含 "id" 和 "text" 的 JSON 对象。'
            ) from error
    return out


def _lines(path: Path) -> list[tuple[int, str]]:
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise BadJudgements(f"找不到文件 {path}。") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadJudgements(f"文件 {path} 读不了（应为 UTF-8 文本）。") from error
    return [(n, line) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
