"""An organisation's page: what it offers, needs and has done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from kg.errors import NodeNotFound
from kg.model import Node, Organization
from kg.vocabulary import ENTRY_LABELS, KIND_NAMES, Label, Relation
from web.deps import Served
from web.public.around import Around, CaseView, Party
from web.public.citation import citation
from web.public.links import Links
from web.public.neighbourhood import Picture
from web.public.pictures import organization_picture
from web.public.render import Context, render
from web.public.site import facts_of
from web.public.symbiosis import ChainRow, chains_of
from web.public.topics import Source, Topic, numbered, topics
from web.public.words import STATUS_NAMES

router = APIRouter()


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry that the organisation supplies, or only holds."""

    id: str
    name: str
    kind: str
    use: str
    held: bool = False


@dataclass(frozen=True, slots=True)
class Need:
    """A demand that the organisation has posted."""

    id: str
    title: str
    status: str
    year: int | None


@dataclass(frozen=True, slots=True)
class Used:
    """A case at the organisation with the entries that were applied."""

    view: CaseView
    entries: Sequence[Offer]


@dataclass(frozen=True, slots=True)
class OrganizationPage(Context):
    """An organisation with everything that the graph says of it."""

    template: ClassVar[str] = "organization.html"

    organization: Organization
    places: Sequence[str]
    offers: Sequence[Offer]
    needs: Sequence[Need]
    used: Sequence[Used]
    delivered: Sequence[Used]
    produces: Sequence[Topic]
    consumes: Sequence[Topic]
    chains: Sequence[ChainRow]
    parents: Sequence[Party]
    children: Sequence[Party]
    picture: Picture | None
    sources: Sequence[Source]
    numbers: Mapping[str, int]
    citation: str


@router.get("/organizations/{organization_id}", name="organization")
def show(request: Request, served: Served, organization_id: str) -> Response:
    """Show one organisation."""
    node = served.store.get(organization_id)
    if node.label is not Label.ORGANIZATION:
        raise NodeNotFound(organization_id)
    return render(request, _page(request, served, node))


def _page(request: Request, served: Served, node: Node) -> OrganizationPage:
    links = Links.of(request)
    around = Around(served.store, facts_of(request).trees, node.id)
    offered = {
        entry.id: entry
        for relation in (Relation.SUPPLIES, Relation.HOLDS)
        for entry in around.nodes(relation, "out")
    }
    supplied = set(around.ids(Relation.SUPPLIES, "out"))
    own = around.nodes(Relation.CASE_AT, "in")
    delivered = {
        case.node.id: case.node
        for entry in offered
        for case in served.store.neighbours(entry, [Relation.CASE_OF], "in")
    }
    elsewhere = [case for case in delivered.values() if case.id not in {c.id for c in own}]
    needs = [_need(n) for n in around.nodes(Relation.POSTED, "out")]
    above = [n for n in around.nodes(Relation.PART_OF, "out") if n.label is Label.ORGANIZATION]
    used, delivered_cases = _used(served, around, own), _used(served, around, elsewhere)
    parents = around.parties(above, "上级单位")
    children = around.parties(around.nodes(Relation.PART_OF, "in"), "下属单位")
    cited = [s for one in (*used, *delivered_cases) for s in one.view.sources]
    sources = numbered(around.documents([*around.ids(Relation.CITES, "out"), *cited]))
    partners = _partners(node.id, delivered_cases)
    return OrganizationPage(
        title=node.props["name"],
        organization=Organization.from_node(node),
        places=around.places(),
        offers=[_offer(entry, held=entry.id not in supplied) for entry in offered.values()],
        needs=sorted(needs, key=lambda need: (-(need.year or 0), need.id)),
        used=used,
        delivered=delivered_cases,
        produces=topics(links, around.nodes(Relation.PRODUCES, "out")),
        consumes=topics(links, around.nodes(Relation.CONSUMES, "out")),
        chains=chains_of(request, served.store, node.id),
        parents=parents,
        children=children,
        picture=organization_picture(
            links, node.props["name"], around, [*parents, *children], partners
        ),
        sources=sources,
        numbers={source.document.id: source.number for source in sources},
        citation=citation(
            request, f"{node.props['name']}（{node.id}）", links.organization(node.id)
        ),
    )


def _partners(own: str, delivered: Sequence[Used]) -> list[Party]:
    """Return where the organisation's entries are in use elsewhere, each plant once."""
    users = {user.id: user for one in delivered for user in one.view.users if user.id != own}
    return [replace(user, role="用户") for user in users.values()]


def _offer(node: Node, *, held: bool = False) -> Offer:
    kind, use = KIND_NAMES[node.label], node.props.get("use", "")
    return Offer(node.id, node.props["name"], kind, use, held)


def _need(node: Node) -> Need:
    status = STATUS_NAMES[node.props["status"]]
    return Need(node.id, node.props["title"], status, node.props.get("year"))


def _used(served: Served, around: Around, cases: Sequence[Node]) -> list[Used]:
    applied: dict[str, list[str]] = {}
    for edge in served.store.edges([case.id for case in cases], [Relation.CASE_OF]):
        applied.setdefault(edge.source, []).append(edge.target)
    entries = served.store.get_many({i for ids in applied.values() for i in ids})
    return [
        Used(
            view,
            [
                _offer(entries[i])
                for i in applied.get(view.case.id, ())
                if i in entries and entries[i].label in ENTRY_LABELS
            ],
        )
        for view in around.cases(cases)
    ]
