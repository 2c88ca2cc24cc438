"""Linked data of the three things that have pages: entries, demands, organisations.

All entries are schema.org `Product`s ("any offered product or service"): there is no class for
technologies, an article would be the page and not the thing, and only products carry figures
(`additionalProperty`) and suppliers (`offers`). What is a technology says so by its category and
`additionalType`. Suppliers make an `Offer` (without a price: none is known), holders `owns`.
"""

from collections import Counter
from collections.abc import Iterable

from kg.model import Organization
from kg.vocabulary import KIND_NAMES, Label
from web.public.around import Party
from web.public.demand import DemandPage
from web.public.entry import EntryPage
from web.public.head import At, Head, Thing, described, head_of
from web.public.linked_data_values import (
    CREDIT_CODE,
    addresses,
    areas,
    figure,
    organization,
    sources,
    way_down,
)
from web.public.organization import Offer, OrganizationPage

TECHNOLOGY = "http://www.wikidata.org/entity/Q11016"
ORGANIZATION_CLASSES = {
    "高校": "CollegeOrUniversity", "科研院所": "ResearchOrganization",
    "政府机构": "GovernmentOrganization",
}  # fmt: skip
_LABELS = {name: label for label, name in KIND_NAMES.items()}


@head_of.register
def of_entry(page: EntryPage, at: At) -> Head:
    """Return the head of an entry's page."""
    entry, links = page.entry, at.links
    here = at.whole(links.entry(entry.id))
    owners = [one for one in page.suppliers if "持有" in one.role]
    product: Thing = {
        "@type": "Product",
        "@id": here,
        "additionalType": TECHNOLOGY if entry.kind is Label.TECHNOLOGY else None,
        "identifier": entry.id,
        "name": entry.name,
        "alternateName": entry.aliases,
        "description": entry.summary,
        "disambiguatingDescription": entry.use,
        "category": f"{page.kind} > {entry.area} > {entry.direction}",
        "keywords": [topic.name for topic in (*page.technologies, *page.processes)],
        "url": here,
        "audience": [
            {"@type": "BusinessAudience", "audienceType": topic.name} for topic in page.industries
        ],
        "additionalProperty": [figure(one) for one in entry.figures],
        "award": _awards((one.title, one.year) for one in entry.honours),
        "offers": [
            {"@type": "Offer", "offeredBy": organization(at, one)}
            for one in page.suppliers
            if "供应" in one.role
        ],
        "isRelatedTo": [
            _product(at, one.id, one.name) for one in page.related if one.kind in _LABELS
        ],
        "subjectOf": sources(page.sources),
        "mainEntityOfPage": {
            "@type": "ItemPage",
            "@id": f"{here}#page",
            "inLanguage": "zh-CN",
            "datePublished": entry.added,
        },
    }
    return Head(
        here,
        described(entry.use, entry.summary),
        kind="product.item",
        things=[
            product,
            *(_owning(at, one, _product(at, entry.id, entry.name)) for one in owners),
            way_down(
                at,
                (page.kind, links.searching(kind=entry.kind.value)),
                (entry.name, links.entry(entry.id)),
            ),
        ],
    )


@head_of.register
def of_demand(page: DemandPage, at: At) -> Head:
    """Return the head of a demand's page."""
    demand = page.demand
    path = at.links.demand(demand.id)
    here = at.whole(path)
    wanted = [*demand.requirements, *([demand.goal] if demand.goal else [])]
    thing: Thing = {
        "@type": "Demand",
        "@id": here,
        "identifier": demand.id,
        "name": demand.title,
        "description": demand.situation,
        "url": here,
        "itemOffered": {
            "@type": "Product",
            "name": demand.title,
            "description": "；".join(wanted),
            "additionalProperty": [figure(one) for one in demand.targets],
            "isRelatedTo": [_product(at, one.id, one.name) for one in page.solvers],
        },
        "areaServed": areas(page.places),
        "subjectOf": sources(page.sources),
        "mainEntityOfPage": {
            "@type": "WebPage",
            "@id": f"{here}#page",
            "inLanguage": "zh-CN",
            "datePublished": demand.added,
        },
    }
    seekers = [{**organization(at, one), "seeks": _named("Demand", here)} for one in page.parties]
    steps = (("需求案例", at.links.demands()), (demand.title, path))
    described_as = described(f"{page.status}：", demand.situation, demand.goal)
    return Head(here, described_as, kind="article", things=[thing, *seekers, way_down(at, *steps)])


@head_of.register
def of_organization(page: OrganizationPage, at: At) -> Head:
    """Return the head of an organisation's page."""
    one = page.organization
    path = at.links.organization(one.id)
    here = at.whole(path)
    technologies = [o.name for o in page.offers if o.kind == KIND_NAMES[Label.TECHNOLOGY]]
    thing: Thing = {
        "@type": ORGANIZATION_CLASSES.get(one.type or "", "Organization"),
        "@id": here,
        "identifier": _identifiers(one),
        "name": one.name,
        "alternateName": one.aliases,
        "description": one.business,
        "address": addresses(page.places),
        "award": _awards((honour.title, honour.year) for honour in one.honours),
        "knowsAbout": technologies,
        "makesOffer": [
            {"@type": "Offer", "itemOffered": _product(at, offer.id, offer.name)}
            for offer in page.offers
            if not offer.held
        ],
        "owns": [_product(at, offer.id, offer.name) for offer in page.offers if offer.held],
        "seeks": [
            {**_named("Demand", at.whole(at.links.demand(need.id))), "name": need.title}
            for need in page.needs
        ],
        "parentOrganization": [organization(at, party) for party in page.parents],
        "subOrganization": [organization(at, party) for party in page.children],
        "subjectOf": sources(page.sources),
        "mainEntityOfPage": {"@type": "ProfilePage", "@id": f"{here}#page", "inLanguage": "zh-CN"},
    }
    steps = (("单位", at.links.organizations()), (one.name, path))
    counted = f"目录收有它的{_counted(page.offers)}和 {len(page.needs)} 个需求。"
    return Head(
        here,
        described(one.business or f"{one.name}。", counted),
        kind="profile",
        things=[thing, way_down(at, *steps)],
    )


def _named(kind: str, address: str) -> Thing:
    return {"@type": kind, "@id": address}


def _product(at: At, entry_id: str, name: str) -> Thing:
    return {**_named("Product", at.whole(at.links.entry(entry_id))), "name": name}


def _owning(at: At, party: Party, owned: Thing) -> Thing:
    return {**organization(at, party), "owns": owned}


def _awards(titles: Iterable[tuple[str, int | None]]) -> list[str]:
    return [f"{title}（{year}年）" if year else title for title, year in titles]


def _identifiers(one: Organization) -> list[Thing | str]:
    code = getattr(one, CREDIT_CODE, None)
    value = {"@type": "PropertyValue", "propertyID": "统一社会信用代码", "value": code}
    return [value, one.id] if code else [one.id]


def _counted(offers: Iterable[Offer]) -> str:
    kinds = Counter(offer.kind for offer in offers)
    return "、".join(f" {n} 项{kind}" for kind, n in kinds.items()) or " 0 项条目"
