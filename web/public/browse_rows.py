"""Entries, demands, organisations and materials as rows of browse lists."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kg.vocabulary import Label
from web.public.browse_holdings import ROLES, Holdings, Role
from web.public.links import Links
from web.public.words import STATUS_NAMES, UNKNOWN
from web.public.words import year as year_words

ROLE_WORDS: Mapping[Role, str] = {"produces": "产出", "consumes": "消纳"}


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a list: what it is, its name with the page, and what helps to choose."""

    kind: str
    name: str
    href: str
    note: str
    status: str | None = None


class Rows:
    """Makes rows of ids."""

    def __init__(self, links: Links, holdings: Holdings) -> None:
        self._links, self._holdings = links, holdings

    def entries(self, ids: Iterable[str], material: str | None = None) -> list[Row]:
        """Return entries; below a material with whether they produce or consume it."""
        out = []
        for document in (self._holdings.entries[i] for i in ids):
            card = document.card
            cases = f"{card.cases} 个案例" if card.cases else ""
            note = (
                self._roles(document.id, material),
                "、".join(card.places) or f"地区{UNKNOWN}",
                "、".join(card.industries),
                cases,
                year_words(card.year) if card.year else f"年份{UNKNOWN}",
            )
            row = Row(card.kind, document.title, self._links.entry(document.id), _joined(note))
            out.append(row)
        return out

    def demands(self, ids: Iterable[str]) -> list[Row]:
        """Return demands with who has them."""
        out = []
        for document in (self._holdings.demands[i] for i in ids):
            card = document.card
            note = (
                "、".join(p.name for p in card.parties) or f"需求方{UNKNOWN}",
                "、".join(card.places) or f"地区{UNKNOWN}",
                year_words(card.year) if card.year else f"年份{UNKNOWN}",
            )
            href, status = self._links.demand(document.id), STATUS_NAMES[card.status or "需求"]
            out.append(Row("需求", document.title, href, _joined(note), status))
        return out

    def organizations(self, ids: Iterable[str]) -> list[Row]:
        """Return organisations with their business."""
        return [
            Row(one.type or "单位", one.name, self._links.organization(one.id), one.business or "")
            for one in (self._holdings.organizations[i] for i in ids)
        ]

    def any(self, one: str, node_id: str) -> list[Row]:
        """Return the row of an entry, demand or organisation; of anything else none."""
        if one in self._holdings.entries:
            return self.entries([one], node_id)
        if one in self._holdings.demands:
            return self.demands([one])
        return self.organizations([one]) if one in self._holdings.organizations else []

    def flow(self, role: Role, material: str) -> list[Row]:
        """Return who produces or consumes a material: entries, then organisations."""
        ids = self._holdings.flow(role, material).all
        entries = [i for i in self._holdings.entries if i in ids]
        organizations = [i for i in self._holdings.organizations if i in ids]
        return [*self.entries(entries), *self.organizations(organizations)]

    def _roles(self, entry: str, material: str | None) -> str:
        if material is None or self._holdings.trees.nodes[material].label is not Label.MATERIAL:
            return ""
        words = [
            ROLE_WORDS[role] for role in ROLES if entry in self._holdings.flow(role, material).all
        ]
        return "、".join(words)


def _joined(words: Iterable[str]) -> str:
    return " · ".join(word for word in words if word)
