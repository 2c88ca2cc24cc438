"""Every collected record, figure, application and name is used or left out with a reason."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from tests.seeds.conftest import Lines

USED_AS = {"items": ("entries",), "orgs": ("organizations",), "demands": ("demands",)}


def positions(records: Lines, field: str) -> Iterator[str]:
    for record in records:
        for at in range(len(record.get(field, []))):
            yield f"{record['key']}#{at}"


def origins(records: Lines, field: str) -> list[str]:
    return [figure["origin"] for record in records for figure in record.get(field, [])]


@pytest.fixture(scope="module")
def left(data: dict[str, Lines]) -> Counter[str]:
    return Counter(line["key"] for line in data["left_out"])


@pytest.mark.parametrize("kind", USED_AS)
def test_every_raw_record_is_in_exactly_one_seed(
    kind: str, raw: dict[str, Lines], data: dict[str, Lines]
) -> None:
    used = [key for name in USED_AS[kind] for line in data[name] for key in line.get("keys", [])]
    assert sorted(used) == sorted(record["key"] for record in raw[kind])


def test_every_raw_figure_is_used_once_or_left_out(
    raw: dict[str, Lines], data: dict[str, Lines], left: Counter[str]
) -> None:
    used = Counter(origins(data["entries"], "figures") + origins(data["demands"], "targets"))
    collected = [*positions(raw["items"], "metrics"), *positions(raw["demands"], "targets")]
    assert len(collected) > 900
    assert {o: used[o] + left[o] for o in collected if used[o] + left[o] != 1} == {}
    assert set(used) <= set(collected)


def test_every_application_is_a_case(raw: dict[str, Lines], data: dict[str, Lines]) -> None:
    used = [key for line in data["cases"] for key in line["keys"]]
    assert sorted(used) == sorted(positions(raw["items"], "applications"))


def test_every_solution_is_named_in_its_demand(
    raw: dict[str, Lines], data: dict[str, Lines]
) -> None:
    used = [
        o for line in data["demands"] for part in line.get("solved_by", []) for o in part["origins"]
    ]
    assert sorted(used) == sorted(positions(raw["demands"], "solved_by"))


def names_left_out(data: dict[str, Lines]) -> set[tuple[str, str]]:
    return {(line["key"], plain(line["what"])) for line in data["left_out"]}


def plain(text: str) -> str:
    return text.translate(str.maketrans("（），：；", "(),:;"))


def test_every_name_becomes_a_relation_or_is_left_out(
    raw: dict[str, Lines], data: dict[str, Lines]
) -> None:
    out = names_left_out(data)
    entry_of = {key: line for line in data["entries"] for key in line["keys"]}
    demand_of = {key: line for line in data["demands"] for key in line["keys"]}
    case_of = {key: line for line in data["cases"] for key in line["keys"]}
    lost = []
    for item in raw["items"]:
        entry = entry_of[item["key"]]
        for name in item.get("holders", []):
            known = entry.get("holders", []) + entry.get("suppliers", [])
            if not known and (item["key"], plain(f"持有方“{name}”")) not in out:
                lost.append((item["key"], name))
        for at, application in enumerate(item.get("applications", [])):
            name = application.get("user")
            known = case_of[f"{item['key']}#{at}"].get("organizations")
            if name and not known and (item["key"], plain(f"应用单位“{name}”")) not in out:
                lost.append((item["key"], name))
    for demand in raw["demands"]:
        known = demand_of[demand["key"]].get("organizations")
        if not known and (demand["key"], plain(f"需求单位“{demand['org']}”")) not in out:
            lost.append((demand["key"], demand["org"]))
    assert lost == []


def test_every_honour_is_kept_or_left_out(raw: dict[str, Lines], data: dict[str, Lines]) -> None:
    out = names_left_out(data)
    holder_of = {
        key: line
        for name in ("organizations", "entries")
        for line in data[name]
        for key in line.get("keys", [])
    }
    lost = []
    for record in [*raw["orgs"], *raw["items"]]:
        kept = {plain(honour["title"]) for honour in holder_of[record["key"]].get("honours", [])}
        for honour in record.get("honours", record.get("catalogues", [])):
            title = plain(honour["title"])
            if title not in kept and (record["key"], f"荣誉“{title}”") not in out:
                lost.append((record["key"], title))
    assert lost == []


def test_regions_and_industries_are_coded(raw: dict[str, Lines], data: dict[str, Lines]) -> None:
    records: dict[str, dict[str, Any]] = {
        r["key"]: r for r in [*raw["items"], *raw["orgs"], *raw["demands"]]
    }
    for line in [*data["entries"], *data["organizations"], *data["demands"]]:
        for key in line.get("keys", []):
            said = records[key].get("regions") or records[key].get("province")
            assert not said or line.get("regions"), f"{line['id']} 没有地区"
    assert all(line["industries"] for line in [*data["entries"], *data["demands"]])


def test_every_source_is_cited(raw: dict[str, Lines], data: dict[str, Lines]) -> None:
    lines = [*data["entries"], *data["organizations"], *data["demands"], *data["cases"]]
    assert all(line["sources"] for line in lines)
    cited = {source for line in lines for source in line["sources"]}
    assert cited == {line["id"] for line in data["documents"]}


def test_left_out_is_about_collected_records(raw: dict[str, Lines], data: dict[str, Lines]) -> None:
    keys = {record["key"] for records in raw.values() for record in records}
    assert {line["key"].partition("#")[0] for line in data["left_out"]} <= keys
