"""Which neighbours of an entry, a demand, an organisation go into its picture, in which groups."""

from collections.abc import Sequence

from kg.model import Node
from kg.vocabulary import KIND_NAMES, Label, Relation
from search.results import Match
from web.public.around import Around, CaseView, Party
from web.public.links import Links
from web.public.neighbourhood import Picture, Shape, Tie, draw
from web.public.related import RelatedEntry
from web.public.similar import SimilarDemand
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


def demand_picture(
    links: Links,
    title: str,
    around: Around,
    parties: Sequence[Party],
    matches: Sequence[Match],
    similar: Sequence[SimilarDemand],
) -> Picture | None:
    """Return the picture: who asks and what solves it, similar demands, what it is about."""
    solvers = around.nodes(Relation.SOLVED_BY, "out")
    solved = {node.id for node in solvers}
    about: dict[Label, list[Node]] = {label: [] for label in Label}
    for node in around.nodes(Relation.CONCERNS, "out"):
        about[node.label].append(node)
    return draw(
        title,
        [
            [_organization(links, party, "需求方") for party in parties],
            [Tie("由其解决", str(n.props["name"]), "entry", links.entry(n.id)) for n in solvers],
            [
                Tie(m.fit, m.title, "entry", links.entry(m.id))
                for m in matches
                if m.id not in solved and m.fit != "供参考"
            ],
            [Tie("同类需求", one.title, "demand", links.demand(one.id)) for one in similar],
            _topics(links, about[Label.MATERIAL], "涉及物料", "material"),
            _topics(links, about[Label.INDUSTRY], "行业", "topic"),
            _topics(links, about[Label.CONCEPT], "工艺与技术", "topic"),
        ],
    )


def organization_picture(
    links: Links, name: str, around: Around, relatives: Sequence[Party], partners: Sequence[Party]
) -> Picture | None:
    """Return the picture: what it offers, needs and has used; relatives, partners, materials."""
    supplied = around.nodes(Relation.SUPPLIES, "out")
    known = {node.id for node in supplied}
    held = [node for node in around.nodes(Relation.HOLDS, "out") if node.id not in known]
    return draw(
        name,
        [
            [_entry(links, node, "供应") for node in supplied],
            [_entry(links, node, "持有") for node in held],
            [
                Tie("提出需求", str(n.props["title"]), "demand", links.demand(n.id))
                for n in around.nodes(Relation.POSTED, "out")
            ],
            [_organization(links, one, one.role) for one in relatives],
            [_organization(links, one, one.role) for one in partners],
            _topics(links, around.nodes(Relation.PRODUCES, "out"), "产出物料", "material"),
            _topics(links, around.nodes(Relation.CONSUMES, "out"), "消纳物料", "material"),
            _topics(links, around.nodes(Relation.LOCATED_IN, "out"), "所在地区", "topic"),
        ],
    )


def _entry(links: Links, node: Node, word: str) -> Tie:
    return Tie(f"{word}{KIND_NAMES[node.label]}", node.props["name"], "entry", links.entry(node.id))


def _organization(links: Links, party: Party, word: str) -> Tie:
    return Tie(word, party.name, "organization", links.organization(party.id))


def _topics(links: Links, nodes: Sequence[Node], word: str, shape: Shape) -> list[Tie]:
    return [Tie(word, topic.name, shape, topic.href) for topic in topics(links, nodes)]
