"""No figure was changed on the way from the collected record: value, unit, range, baseline."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from kg.units import convert, normal_spelling, parse
from tests.seeds.conftest import Lines

Record = dict[str, Any]
SUBSTANCES = (("tCO2e", "t"), ("kgCO2e", "kg"), ("tCO2", "t"), ("tce", "t"), ("kgce", "kg"))
PER = {"d": "日", "t": "吨", "万m³": "每万立方米", "100km": "百公里"}
"""What a collected name says when only the curated unit says what the quantity is per."""


@pytest.fixture(scope="module")
def pairs(raw: dict[str, Lines], data: dict[str, Lines]) -> list[tuple[Record, Record, Record]]:
    """Each seed figure with the collected figure and the record that it comes from."""
    records = {record["key"]: record for lines in raw.values() for record in lines}
    return list(_pairs(records, data))


def _pairs(
    records: dict[str, Record], data: dict[str, Lines]
) -> Iterator[tuple[Record, Record, Record]]:
    for kind, field, collected in (
        ("entries", "figures", "metrics"),
        ("demands", "targets", "targets"),
    ):
        for line in data[kind]:
            for figure in line.get(field, []):
                key, _, at = figure["origin"].partition("#")
                assert key in line["keys"]
                yield figure, records[key][collected][int(at)], records[key]


def numbers(text: object) -> set[float]:
    return {float(number) for number in re.findall(r"\d+(?:\.\d+)?", str(text))}


def magnitude(unit: str) -> str:
    """The unit without what it is a quantity of: 万tce/a -> 万t/a."""
    for substance, plain in SUBSTANCES:
        unit = re.sub(rf"{substance}(?![A-Za-z])", plain, unit)
    return unit


def collected_unit(figure: Record) -> str:
    """The collected unit without remarks that stand in it: 亿元(页面称1亿多元) -> 亿元."""
    unit = re.sub(r"\((?!套\)).*?\)|×.*|^余|以[上下]$", "", figure.get("unit", ""))
    return normal_spelling(unit)


def test_values_are_equal(pairs: list[tuple[Record, Record, Record]]) -> None:
    assert len(pairs) > 800
    assert [f["origin"] for f, collected, _ in pairs if f["value"] != collected["value"]] == []


def test_units_have_the_same_magnitude(pairs: list[tuple[Record, Record, Record]]) -> None:
    for figure, collected, _record in pairs:
        have = magnitude(collected_unit(collected))
        want = magnitude(normal_spelling(figure["unit"]))
        if want.count("/") > have.count("/"):
            want, per = want.rsplit("/", 1)
            assert PER[per] in collected["name"], figure
        converted = convert(collected["value"], have, want)
        assert converted == pytest.approx(figure["value"], rel=1e-12), figure


def test_substances_are_said_by_the_name_or_the_unit(
    pairs: list[tuple[Record, Record, Record]],
) -> None:
    for figure, collected, _record in pairs:
        said = collected["name"] + collected.get("unit", "") + collected.get("note", "")
        if "CO2" in figure["unit"]:
            assert re.search(r"碳|CO2|CO₂", said), figure
        if re.search(r"(t|kg)ce", figure["unit"]):
            assert re.search(r"标准?煤|ce|节能", said), figure


def test_all_units_are_known(pairs: list[tuple[Record, Record, Record]]) -> None:
    for unit in {figure["unit"] for figure, _, _ in pairs}:
        parse(unit)


def test_ranges_and_baselines_occur_in_the_record(
    pairs: list[tuple[Record, Record, Record]],
) -> None:
    for figure, collected, record in pairs:
        near, far = numbers(collected), numbers(record)
        assert all(figure[field] in near | far for field in figure if field.startswith("baseline_"))
        assert all(figure[field] in near | far for field in ("low", "high") if field in figure)


def test_words_of_a_figure_bring_in_no_number(pairs: list[tuple[Record, Record, Record]]) -> None:
    for figure, _collected, record in pairs:
        text = " ".join(figure.get(field, "") for field in ("name", "note", "baseline"))
        text = text.replace("20世纪", "").replace("上世纪", "")
        assert numbers(text) <= numbers(record), figure


PROSE = "summary use principle conditions situation goal result effect business".split()


def test_prose_brings_in_no_number(raw: dict[str, Lines], data: dict[str, Lines]) -> None:
    records = {record["key"]: record for lines in raw.values() for record in lines}
    anywhere = numbers(list(records.values()))
    for kind in ("entries", "demands", "cases", "organizations"):
        for line in data[kind]:
            own = [records[key.partition("#")[0]] for key in line.get("keys", [])]
            known = numbers(own) if own else anywhere
            said = " ".join(line.get(field, "") for field in PROSE)
            assert numbers(said) <= known, (line["id"], numbers(said) - known)


def test_years_come_from_the_record_or_its_sources(
    pairs: list[tuple[Record, Record, Record]], data: dict[str, Lines]
) -> None:
    published = {line["id"]: line.get("year") for line in data["documents"]}
    sources = {
        key: line["sources"]
        for kind in ("entries", "demands")
        for line in data[kind]
        for key in line["keys"]
    }
    for figure, _collected, record in pairs:
        if "year" in figure and float(figure["year"]) not in numbers(record):
            assert figure["year"] in {published[source] for source in sources[record["key"]]}


def test_figures_of_one_record_with_one_source_name_it(
    pairs: list[tuple[Record, Record, Record]], data: dict[str, Lines]
) -> None:
    titles = {line["id"]: line["title"] for line in data["documents"]}
    for figure, _collected, record in pairs:
        assert ("source" in figure) <= (len(record["sources"]) == 1)
        assert figure.get("source", "doc-0001") in titles


def test_a_figure_left_out_as_the_same_has_the_same_value(
    raw: dict[str, Lines], data: dict[str, Lines], pairs: list[tuple[Record, Record, Record]]
) -> None:
    values = {
        f"{record['key']}#{at}": figure["value"]
        for kind, field in (("items", "metrics"), ("demands", "targets"))
        for record in raw[kind]
        for at, figure in enumerate(record.get(field, []))
    }
    kept = {figure["origin"] for figure, _, _ in pairs}
    same = re.compile(r"与 (\S+) 是同一个数据")
    dropped = {
        line["key"]: found[1] for line in data["left_out"] if (found := same.search(line["reason"]))
    }
    assert len(dropped) > 50
    assert set(dropped.values()) <= kept
    assert all(values[origin] == values[twin] for origin, twin in dropped.items())
