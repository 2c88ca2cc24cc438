"""Coverage by place: tiles in roughly their places, and the same numbers as a table.

No outline map: a published map of China needs an approval number.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from kg.vocabulary import AREAS, Label
from web.public.browse_holdings import Held, Holdings
from web.public.links import Links, Params

SHADES = 4
CHONGQING, SICHUAN = "500000", "510000"


@dataclass(frozen=True, slots=True)
class Group:
    """A group of districts of Chongqing (一区两群, the city proper apart), by their codes."""

    name: str
    codes: Sequence[str]


GROUPS: Mapping[str, Group] = {
    "central": Group("中心城区", (
        "500103", "500104", "500105", "500106", "500107", "500108", "500109", "500112", "500113",
    )),
    "new": Group("主城新区", (
        "500102", "500110", "500111", "500115", "500116", "500117", "500118", "500119", "500120",
        "500151", "500152", "500153",
    )),
    "northeast": Group("渝东北", (
        "500101", "500154", "500155", "500229", "500230", "500231", "500233", "500235", "500236",
        "500237", "500238",
    )),
    "southeast": Group("渝东南", (
        "500114", "500156", "500240", "500241", "500242", "500243",
    )),
}  # fmt: skip
_CENTRAL_ZONES = ("重庆高新区", "主城区", "两江新区")
_GRID: Sequence[Sequence[str]] = (
    ("", "513200", "510700", "510800", "511900", "511700", ""),
    ("513300", "510100", "510600", "510900", "511300", "511600", "northeast"),
    ("511800", "511400", "512000", "511000", "new", "central", ""),
    ("513400", "511100", "510300", "510500", "", "", "southeast"),
    ("510400", "", "511500", "", "", "", ""),
)
"""West to east, north to south: 阿坝 绵阳 广元 巴中 达州 / 甘孜 成都 德阳 遂宁 南充 广安 渝东北 /
雅安 眉山 资阳 内江 主城新区 中心城区 / 凉山 乐山 自贡 泸州 渝东南 / 攀枝花 宜宾."""


@dataclass(frozen=True, slots=True)
class Number:
    """A number with the list of just that length; without one when it is 0."""

    count: int
    href: str


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place with its numbers; `level` 1 for provinces, 2 for what lies in them."""

    name: str
    level: int
    href: str
    entries: Number
    areas: Sequence[Number]
    demands: Number
    organizations: Number


@dataclass(frozen=True, slots=True)
class Tile:
    """A square: `row` and `column` from 1, `shade` 0..4 grows with the number."""

    row: int
    column: int
    shade: int
    chongqing: bool
    place: PlaceRow


class Places:
    """The numbers of places."""

    def __init__(self, links: Links, holdings: Holdings) -> None:
        self._links, self._holdings = links, holdings

    def rows(self) -> list[PlaceRow]:
        """Return both provinces, each with its groups or prefectures, most entries first."""
        groups = [self._group(key) for key in GROUPS]
        cities = [self._region(code, 2) for row in _GRID for code in row if code.isdigit()]
        return [
            self._region(CHONGQING, 1),
            *sorted(groups, key=lambda r: -r.entries.count),
            self._region(SICHUAN, 1),
            *sorted(cities, key=lambda r: -r.entries.count),
        ]

    def tiles(self) -> list[Tile]:
        """Return the squares, row by row."""
        cells = [
            (row, column, code, self._group(code) if code in GROUPS else self._region(code, 2))
            for row, line in enumerate(_GRID, 1)
            for column, code in enumerate(line, 1)
            if code
        ]
        most = max((place.entries.count for *_, place in cells), default=0)
        return [
            Tile(row, column, shade(place.entries.count, most), code in GROUPS, place)
            for row, column, code, place in cells
        ]

    def _region(self, code: str, level: int) -> PlaceRow:
        node = self._holdings.trees.nodes.get(f"region-{code}")
        name = str(node.props["short"]) if node else code
        held = self._holdings.of(f"region-{code}")
        return self._row(name, level, held, [code], (code, ()))

    def _group(self, key: str) -> PlaceRow:
        held, codes = group_held(self._holdings, key), codes_of(self._holdings, key)
        return self._row(GROUPS[key].name, 2, held, codes, (CHONGQING, [("part", key)]))

    def _row(
        self, name: str, level: int, held: Held, codes: Sequence[str], at: tuple[str, Params]
    ) -> PlaceRow:
        regions = [("region", code) for code in codes]
        by_area = Counter(self._holdings.entries[i].card.area for i in held.entries)
        code, params = at

        def listed(what: str, count: int) -> Number:
            return Number(count, self._links.browse("region", code, what, params=params))

        return PlaceRow(
            name=name,
            level=level,
            href=self._links.search(regions) if params else self._links.browse("region", code),
            entries=Number(len(held.entries), self._links.search(regions)),
            areas=[
                Number(by_area[area], self._links.search([("area", area), *regions]))
                for area in AREAS
            ],
            demands=listed("demands", len(held.demands)),
            organizations=listed("organizations", len(held.organizations)),
        )


def codes_of(holdings: Holdings, key: str) -> list[str]:
    """Return the codes of a group's districts and, for the city proper, of its own zones."""
    zones = [
        str(node.props["code"])
        for node in holdings.trees.nodes.values()
        if key == "central"
        and node.label is Label.REGION
        and node.props["short"] in _CENTRAL_ZONES
        and holdings.trees.parents.get(node.id) == f"region-{CHONGQING}"
    ]
    return [*GROUPS[key].codes, *sorted(zones)]


def group_held(holdings: Holdings, key: str) -> Held:
    """Return what the districts of a group hold together, each thing once."""
    parts = [holdings.of(f"region-{code}") for code in codes_of(holdings, key)]
    entries = {i for part in parts for i in part.entries}
    demands = {i for part in parts for i in part.demands}
    organizations = {i for part in parts for i in part.organizations}
    return Held(
        [i for i in holdings.entries if i in entries],
        [i for i in holdings.demands if i in demands],
        [i for i in holdings.organizations if i in organizations],
    )


def shade(count: int, most: int) -> int:
    """Return 0 for none, else 1..4 by the square root: few places hold most."""
    return min(SHADES, 1 + int(SHADES * sqrt(count / (most + 1)))) if count else 0
