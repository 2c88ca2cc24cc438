"""Figures, places, organisations, ways down and lists in the words of schema.org."""

from collections.abc import Iterable, Sequence

from kg.model import Figure
from kg.units import annual
from web.public.around import Party
from web.public.head import At, Thing
from web.public.topics import Source
from web.public.words import against, amount
from web.public.words import year as year_words

UNIT_CODES = {
    "%": "P1", "t": "TNE", "kg": "KGM", "g": "GRM", "mg": "MGM", "μg": "MC", "kWh": "KWH",
    "MWh": "MWH", "GWh": "GWH", "GJ": "GV", "MJ": "3B", "kJ": "KJO", "W": "WTT", "kW": "KWT",
    "MW": "MAW", "GW": "A90", "V": "VLT", "kV": "KVT", "kVA": "KVA", "MVA": "MVA", "m³": "MTQ",
    "L": "LTR", "mL": "MLT", "m²": "MTK", "km²": "KMK", "hm²": "HAR", "m": "MTR", "km": "KMT",
    "cm": "CMT", "mm": "MMT", "μm": "4H", "MPa": "MPA", "kPa": "KPA", "Pa": "PAL", "bar": "BAR",
    "℃": "CEL", "dB": "2N", "天": "DAY", "h": "HUR", "min": "MIN", "s": "SEC", "月": "MON",
    "年": "ANN", "r/min": "RPM", "mg/L": "M1", "m³/h": "MQH", "t/h": "E18", "kg/h": "E93",
}  # fmt: skip
"""UN/CEFACT Recommendation 20 codes of the units that have one; 万t or tce have none."""
AT_LEAST = frozenset({"超过", "不低于"})
REGIONS = {"渝": "重庆市", "川": "四川省"}
CREDIT_CODE = "credit_code"
"""The property of an organisation's unified social credit code (GB 32100-2015); the curated data
have none."""
LISTED = 50
"""Items of a list that are named; the whole list is a page or an export away."""


def figure(one: Figure) -> Thing:
    """Return a figure with what it is compared with and what it rests on."""
    unit = annual(one.unit) if one.per_year else one.unit
    words = [f"{one.name} {amount(one)}"]
    words += [f"对比：{against(one)}"] if against(one) else []
    words += [f"证据：{one.evidence.value}", f"数据年份：{year_words(one.year)}"]
    return {
        "@type": "PropertyValue",
        "name": one.name,
        **_span(one.value, one.low, one.high, one.qualifier),
        "unitText": unit,
        "unitCode": UNIT_CODES.get(unit),
        "measurementTechnique": one.evidence.value,
        "description": "；".join([*words, *([one.note] if one.note else [])]),
        "valueReference": _baseline(one, unit),
    }


def _span(value: float, low: float | None, high: float | None, qualifier: str | None) -> Thing:
    if low is not None and high is not None and low != high:
        return {"minValue": low, "maxValue": high}
    if qualifier in AT_LEAST:
        return {"minValue": value}
    return {"maxValue": value} if qualifier == "不超过" else {"value": value}


def _baseline(one: Figure, unit: str) -> Thing | None:
    low, high = one.baseline_low, one.baseline_high
    if low is None or high is None:
        return None
    return {
        "@type": "PropertyValue",
        "name": one.baseline,
        **_span(low, low, high, None),
        "unitText": unit,
        "unitCode": UNIT_CODES.get(unit),
    }


def addresses(places: Iterable[str]) -> list[Thing]:
    """Return places in words (川·攀枝花) as addresses."""
    return [_address(place) for place in places]


def _address(place: str) -> Thing:
    region, _dot, locality = place.partition("·")
    return {
        "@type": "PostalAddress",
        "addressCountry": "CN",
        "addressRegion": REGIONS.get(region, region),
        "addressLocality": locality,
    }


def areas(places: Iterable[str]) -> list[Thing]:
    """Return places in words as places."""
    return [{"@type": "Place", "name": p, "address": _address(p)} for p in places]


def organization(at: At, party: Party) -> Thing:
    """Return an organisation in a few words, by the address of its own page."""
    return {
        "@type": "Organization",
        "@id": at.whole(at.links.organization(party.id)),
        "name": party.name,
        "address": addresses(party.places),
    }


def sources(cited: Sequence[Source]) -> list[Thing]:
    """Return the documents that a page rests on."""
    return [
        {
            "@type": "CreativeWork",
            "name": one.document.title,
            "url": one.document.url,
            "datePublished": str(one.document.year) if one.document.year else None,
            "publisher": {"@type": "Organization", "name": one.document.publisher}
            if one.document.publisher
            else None,
        }
        for one in cited
    ]


def way_down(at: At, *steps: tuple[str, str]) -> Thing:
    """Return the way from the first page to this one; steps are names and addresses."""
    whole = [(at.site.name, at.links.home()), *steps]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": n,
                "name": name,
                "item": {"@type": "WebPage", "@id": at.whole(href)},
            }
            for n, (name, href) in enumerate(whole, 1)
        ],
    }


def listing(
    at: At, name: str, total: int, items: Iterable[tuple[str, str]], first: int = 1
) -> Thing:
    """Return a list of pages (names and addresses); `first` is the place of the first of them."""
    return {
        "@type": "ItemList",
        "name": name,
        "numberOfItems": total,
        "itemListElement": [
            {"@type": "ListItem", "position": n, "name": label, "url": at.whole(href)}
            for n, (label, href) in enumerate(list(items)[:LISTED], first)
        ],
    }
