"""Which neighbours of an entry go into its picture, and in which groups."""

from collections.abc import Sequence

from kg.model import Node
from kg.vocabulary import Relation
from web.public.around import Around, CaseView, Party
from web.public.links import Links
from web.public.neighbourhood import Picture, Shape, Tie, draw
from web.public.related import RelatedEntry
from web.public.topics import topics


def entry_picture(
    links: Links,
    name: str,
    around: Around,
    suppliers: Sequence[Party],
    cases: Sequence[CaseView],
    related: Sequence[RelatedEntry],
) -> Picture | None:
    """Return the picture: people on one side, subjects and other entries on the other."""
    users = {user.id: user for case in cases for user in case.users}
    return draw(
        name,
        [
            [_organization(links, party, f"{party.role}单位") for party in suppliers],
            [_organization(links, user, "用户") for user in users.values()],
            [
                Tie("解决的需求", str(node.props["title"]), "demand", links.demand(node.id))
                for node in around.nodes(Relation.SOLVED_BY, "in")
            ],
            [Tie(f"{r.word}{r.kind}", r.name, "entry", links.entry(r.id)) for r in related],
            _topics(links, around.nodes(Relation.CONSUMES, "out"), "消纳物料", "material"),
            _topics(links, around.nodes(Relation.PRODUCES, "out"), "产出物料", "material"),
            _topics(links, around.nodes(Relation.APPLIES_TO, "out"), "适用行业", "topic"),
            _topics(
                links,
                [
                    node
                    for node in around.nodes(Relation.IN_CONCEPT, "out")
                    if node.props["scheme"] in {"process", "technology"}
                ],
                "所属技术",
                "topic",
            ),
        ],
    )


def _organization(links: Links, party: Party, word: str) -> Tie:
    return Tie(word, party.name, "organization", links.organization(party.id))


def _topics(links: Links, nodes: Sequence[Node], word: str, shape: Shape) -> list[Tie]:
    return [Tie(word, topic.name, shape, topic.href) for topic in topics(links, nodes)]
