"""Made-up catalogues of any size for the benchmarks: entries, and what stands around them."""

import random
from collections.abc import Iterator
from typing import Any

from kg.model import Edge, Node
from kg.vocabulary import AREAS, DIRECTIONS, Label, Relation

WORDS = "余热回收利用蒸汽锅炉冷却循环水处理污泥干化光伏储能电机变频节能减排高效低温脱硝除尘"
REGIONS, COUNTIES = 200, 160
MATERIALS = 300


def text(chance: random.Random, length: int) -> str:
    return "".join(chance.choices(WORDS, k=length))


def entry_id(i: int) -> str:
    return f"entry-{i:06d}"


def entries(chance: random.Random, number: int) -> Iterator[Node]:
    """Entries with 10 properties each."""
    kinds = [Label.TECHNOLOGY] * 6 + [Label.EQUIPMENT] * 3 + [Label.PRODUCT]
    for i in range(number):
        props: dict[str, Any] = {
            "name": text(chance, 14),
            "use": text(chance, 30),
            "summary": text(chance, 200),
            "principle": text(chance, 120),
            "problem": [text(chance, 18) for _ in range(3)],
            "area": chance.choice(AREAS),
            "direction": chance.choices(DIRECTIONS, [5, 2, 2, 2, 1, 1])[0],
            "year": chance.randint(2012, 2026),
            "added": f"2026-0{chance.randint(1, 9)}-{chance.randint(10, 28)}",
            "figures": [{"name": "节能率", "value": chance.random(), "unit": "%"}] * 4,
        }
        yield Node(entry_id(i), chance.choice(kinds), props)


def _users(number: int) -> int:
    return max(20, number // 20)


def others(chance: random.Random, number: int) -> Iterator[Node]:
    for prefix, label, size in (
        ("org", Label.ORGANIZATION, _users(number)), ("region", Label.REGION, REGIONS),
        ("industry", Label.INDUSTRY, 500), ("concept", Label.CONCEPT, 300),
    ):  # fmt: skip
        for i in range(size):
            yield Node(f"{prefix}-{i}", label, {"name": text(chance, 8)})


def edges(chance: random.Random, number: int) -> Iterator[Edge]:
    """Six relations for each entry."""
    for i in range(number):
        entry = entry_id(i)
        for relation in (Relation.SUPPLIES, Relation.HOLDS):
            yield Edge(relation, f"org-{chance.randrange(_users(number))}", entry)
        region = min(REGIONS - 1, int(chance.expovariate(0.05)))
        yield Edge(Relation.LOCATED_IN, entry, f"region-{region}")
        yield Edge(Relation.APPLIES_TO, entry, f"industry-{chance.randrange(500)}")
        for concept in chance.sample(range(300), 2):
            yield Edge(Relation.IN_CONCEPT, entry, f"concept-{concept}")


def circle_nodes(chance: random.Random, number: int) -> Iterator[Node]:
    """Regions with levels, a fifth of the concepts as processes, materials, a case for a third."""
    level = lambda i: "county" if i < COUNTIES else "prefecture" if i < 198 else "province"  # noqa: E731
    for i in range(REGIONS):
        yield Node(f"region-{i}", Label.REGION, {"name": text(chance, 4), "level": level(i)})
    yield Node("region-cn", Label.REGION, {"name": "中国", "level": "country"})
    for i in range(300):
        scheme = "technology" if i % 5 else "process"
        yield Node(f"concept-{i}", Label.CONCEPT, {"name": text(chance, 8), "scheme": scheme})
    for i in range(MATERIALS):
        yield Node(f"material-{i}", Label.MATERIAL, {"name": text(chance, 4)})
    for i in range(number // 3):
        yield Node(f"case-{i:06d}", Label.CASE, {"title": text(chance, 12), "year": 2020})


def circle_edges(chance: random.Random, number: int) -> Iterator[Edge]:
    """A third of the entries makes a material, a third takes one; few materials are common."""
    for i in range(REGIONS):
        above = f"region-{COUNTIES + i % 38}" if i < COUNTIES else f"region-{198 + i % 2}"
        yield Edge(Relation.PART_OF, f"region-{i}", "region-cn" if i >= 198 else above)
    for i in range(30, MATERIALS):
        yield Edge(Relation.PART_OF, f"material-{i}", f"material-{i % 30}")
    for i in range(number // 3):
        for relation in (Relation.PRODUCES, Relation.CONSUMES):
            material = min(MATERIALS - 1, int(chance.expovariate(0.03)))
            yield Edge(relation, entry_id(chance.randrange(number)), f"material-{material}")
        yield Edge(Relation.CASE_OF, f"case-{i:06d}", entry_id(chance.randrange(number)))
        yield Edge(Relation.CASE_AT, f"case-{i:06d}", f"org-{chance.randrange(_users(number))}")
