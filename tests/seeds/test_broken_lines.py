"""A broken line is reported with file, line and reason, and nothing is half loaded."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kg.store import GraphStore
from seeds import BrokenSeed, load

ENTRY = ("data/entries.jsonl", '"entry-0002"')
DOCUMENT = ("data/documents.jsonl", '"doc-0002"')


def having(**fields: Any) -> Callable[[str], str]:
    """Replace fields of a JSON line; None takes a field away."""

    def change(line: str) -> str:
        data = {**json.loads(line), **fields}
        return json.dumps({k: v for k, v in data.items() if v is not None}, ensure_ascii=False)

    return change


def figure(**fields: Any) -> Callable[[str], str]:
    """Replace fields of the first figure of an entry."""

    def change(line: str) -> str:
        data = json.loads(line)
        data["figures"][0].update(fields)
        return json.dumps(data, ensure_ascii=False)

    return change


def cell(at: int, text: str) -> Callable[[str], str]:
    """Replace a cell of a tab-separated line."""

    def change(line: str) -> str:
        cells = line.split("\t")
        cells[at] = text
        return "\t".join(cells)

    return change


BROKEN: dict[str, tuple[str, str, Callable[[str], str], str]] = {
    "not JSON": (*ENTRY, lambda line: line[:-5], "不是合法的 JSON"),
    "no object": (*ENTRY, lambda _: "[1, 2]", "每行应为一个 JSON 对象"),
    "a field twice": (*ENTRY, lambda line: '{"id": "a-1", ' + line[1:], "字段“id”出现了两次"),
    "no number": (*ENTRY, figure(value=float("nan")), "数值不能是 NaN"),
    "unknown field": (*ENTRY, having(colour="绿"), "colour"),
    "missing field": (*ENTRY, having(summary=None), "summary"),
    "wrong kind": (*ENTRY, having(kind="Organization"), "kind"),
    "wrong area": (*ENTRY, having(area="绿色+"), "area"),
    "year of the future": (*DOCUMENT, having(year=2999), "year"),
    "id twice": (*ENTRY, having(id="entry-0001"), "data/entries.jsonl 第 1 行已用"),
    "bad id": (*ENTRY, having(id="第二条"), "id"),
    "unknown organisation": (*ENTRY, having(holders=["org-9999"]), "引用的“org-9999”不存在"),
    "unknown region": (*ENTRY, having(regions=["509999"]), "引用的“region-509999”不存在"),
    "unknown industry": (*ENTRY, having(industries=["C9999"]), "引用的“industry-C9999”不存在"),
    "unknown concept": (*ENTRY, having(concepts=["magic"]), "引用的“concept-magic”不存在"),
    "unknown material": (*ENTRY, having(consumes=["dust"]), "引用的“material-dust”不存在"),
    "unknown source": (*ENTRY, having(sources=["doc-9999"]), "引用的“doc-9999”不存在"),
    "wrong end": (*ENTRY, having(holders=["doc-0001"]), "不能指向“doc-0001”"),
    "no list of ids": (*ENTRY, having(sources=[1]), "应为编号或编号的列表"),
    "id named twice": (*ENTRY, having(sources=["doc-0001", "doc-0001"]), "同一编号写了两次"),
    "key used twice": (*ENTRY, having(keys=["energy-item-001"]), "“energy-item-001”已归入"),
    "same name": (*ENTRY, having(name="多晶硅四氯化硅冷氢化 节能降耗技术（永祥法）"), "应合并"),
    "unknown unit": (*ENTRY, figure(unit="桶/月"), "桶/月"),
    "unknown indicator": (*ENTRY, figure(indicator="magic"), "没有代码为“magic”的指标"),
    "range turned round": (*ENTRY, figure(low=9, high=3), "下限 9 大于上限 3"),
    "no origin": (*ENTRY, figure(origin=None), "没有写出处"),
    "bad origin": (*ENTRY, figure(origin="报纸"), "应写作“记录编号#序号”"),
    "origin used twice": (*ENTRY, figure(origin="energy-item-001#0"), "已被另一个指标使用"),
    "unknown figure source": (*ENTRY, figure(source="doc-9999"), "来源“doc-9999”不存在"),
    "address of a re-poster": (*DOCUMENT, having(url="http://xunshou.com/a"), "不在允许的网站内"),
    "address of a gate": (
        *DOCUMENT, having(url="http://big5.news.cn/gate/big5/cq.news.cn/a"), "不在允许的网站内",
    ),
    "demand solved by nobody": (
        "data/demands.jsonl", '"demand-0001"',
        having(solved_by=[{"text": "x", "entries": ["entry-9999"], "origins": []}]),
        "引用的“entry-9999”不存在",
    ),
    "demand with odd solutions": (
        "data/demands.jsonl", '"demand-0001"', having(solved_by="x"), "solved_by",
    ),
    "case of nothing": ("data/cases.jsonl", '"case-0001"', having(entry=None), "entry"),
    "organisation above itself": (
        "data/organizations.jsonl", '"org-0001"', having(parent="org-0001"), "不能引用自己",
    ),
    "circle of organisations": (
        "data/organizations.jsonl", '"org-0002"', having(parent="org-0001"), "绕回了自己",
    ),
    "left out without reason": ("data/left_out.jsonl", "{", having(reason=""), "reason"),
    "region code": ("vocab/regions.tsv", "500101\t", cell(0, "50010"), "不合 county 一级的格式"),
    "region under another": ("vocab/regions.tsv", "500101\t", cell(4, "510100"), "不在上级"),
    "region without parent": ("vocab/regions.tsv", "500101\t", cell(4, ""), "不在上级"),
    "region level": ("vocab/regions.tsv", "500101\t", cell(3, "town"), "level"),
    "columns": ("vocab/regions.tsv", "500101\t", lambda line: line + "\t1\t2", "应有 6 列"),
    "header": ("vocab/regions.tsv", "code\t", lambda _: "代码\t名称", "表头应为"),
    "industry code": ("vocab/industries.tsv", "C3011\t", cell(0, "C30111"), "一级的格式"),
    "industry under another": ("vocab/industries.tsv", "C3011\t", cell(3, "C31"), "不在上级"),
    "concept above": (
        "vocab/concepts.jsonl", '"mvr"', having(parent="magic"), "引用的“concept-magic”不存在",
    ),
    "synonyms": ("vocab/synonyms.tsv", "=", lambda _: "只有一列", "应为“左边"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_line_is_reported_and_nothing_is_loaded(
    case: str, store: GraphStore, folder: Path, rewrite: Callable[..., int]
) -> None:
    file, key, change, reason = BROKEN[case]
    number = rewrite(file, key, change)
    with pytest.raises(BrokenSeed) as caught:
        load(store, folder=folder)
    said = [p for p in caught.value.problems if (p.file, p.line) == (file, number)]
    assert any(reason in problem.reason for problem in said), str(caught.value)
    assert f"{file} 第 {number} 行：" in str(caught.value)
    assert store.position() == 0
    assert not store.counts().nodes


@pytest.mark.parametrize("file", ["data/cases.jsonl", "vocab/regions.tsv", "vocab/indicators.tsv"])
def test_a_missing_file_is_named(store: GraphStore, folder: Path, file: str) -> None:
    (folder / file).unlink()
    with pytest.raises(BrokenSeed) as caught:
        load(store, folder=folder)
    assert any(p.file == file and p.line == 0 for p in caught.value.problems)
    assert store.position() == 0


def test_another_encoding_is_named(store: GraphStore, folder: Path) -> None:
    path = folder / "data/cases.jsonl"
    path.write_bytes(path.read_text("utf-8").encode("gb18030"))
    with pytest.raises(BrokenSeed, match=r"data/cases\.jsonl：不是 UTF-8 编码"):
        load(store, folder=folder)


def test_all_problems_are_reported_at_once_in_order(
    store: GraphStore, folder: Path, rewrite: Callable[..., int]
) -> None:
    lines = [
        ("data/cases.jsonl", rewrite("data/cases.jsonl", '"case-0005"', having(status="无"))),
        ("data/entries.jsonl", rewrite("data/entries.jsonl", '"entry-0225"', having(area="无"))),
        ("data/entries.jsonl", rewrite("data/entries.jsonl", '"entry-0226"', having(area="无"))),
    ]
    with pytest.raises(BrokenSeed) as caught:
        load(store, folder=folder)
    said = [(p.file, p.line) for p in caught.value.problems if "无" in p.reason]
    assert said == lines
    assert f"有 {len(caught.value.problems)} 处问题" in str(caught.value)


def test_a_failing_store_keeps_nothing(store: GraphStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_edges: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(store, "relate_many", fail)
    with pytest.raises(RuntimeError):
        load(store)
    assert not store.counts().nodes
