"""The texts are catalogue prose: no collector's voice, full-width punctuation, no praise."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.seeds.conftest import Lines

COLLECTOR = re.compile(r"报道|页面|转载|镜像|摘要页|据悉|记者|据介绍|据统计|该文|文章|原文")
PRAISE = re.compile(r"赋能|一站式|打造|助力|！")
HALF_WIDTH = re.compile(r"[\u3400-\u9fff][,;:?!()]|[,;:?!()][\u3400-\u9fff]")
KINDS = ("entries", "organizations", "demands", "cases")


def texts(value: object, at: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value
    elif isinstance(value, list):
        for part in value:
            yield from texts(part, at)
    elif isinstance(value, dict):
        for field, part in value.items():
            yield from texts(part, f"{at}.{field}")


def found(pattern: re.Pattern[str], lines: Lines) -> list[tuple[str, str, str]]:
    return [
        (line.get("id", line.get("key")), at, text)
        for line in lines
        for at, text in texts(line)
        if not at.endswith((".evidence", ".url")) and pattern.search(text)
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_hears_the_collector(kind: str, data: dict[str, Lines]) -> None:
    assert found(COLLECTOR, data[kind]) == []


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_praised(kind: str, data: dict[str, Lines]) -> None:
    assert found(PRAISE, data[kind]) == []


@pytest.mark.parametrize("kind", [*KINDS, "documents", "left_out"])
def test_chinese_text_has_full_width_punctuation(kind: str, data: dict[str, Lines]) -> None:
    assert found(HALF_WIDTH, data[kind]) == []


def test_publishers_are_named_without_remarks(data: dict[str, Lines]) -> None:
    remarks = re.compile(r"转载|镜像|摘要")
    assert found(remarks, data["documents"]) == []


def test_problems_are_said_once_and_briefly(data: dict[str, Lines]) -> None:
    for line in data["entries"]:
        said: list[Any] = line["problem"]
        assert len(set(said)) == len(said)
        assert all(5 <= len(text) <= 45 for text in said), line["id"]


def test_nothing_is_presented_as_listed_in_the_joint_catalogue(data: dict[str, Lines]) -> None:
    joint = re.compile(r"川渝.{0,8}推广目录|联合推广目录")
    assert found(joint, data["entries"]) == []
    evidence = {f["evidence"] for line in data["entries"] for f in line.get("figures", [])}
    assert "目录认定" not in evidence
