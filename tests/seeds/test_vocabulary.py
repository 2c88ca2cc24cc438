"""The vocabularies are whole: districts, counties, prefectures, sections, divisions."""

from collections import Counter

import pytest

from kg.model import Concept, Industry, Material, Region
from kg.vocabulary import AREAS, DIRECTIONS
from seeds import FOLDER, lexicon
from seeds.read import Seeds, read_seeds


@pytest.fixture(scope="module")
def seeds() -> Seeds:
    return read_seeds(FOLDER)


def test_regions_of_chongqing_and_sichuan_are_complete(seeds: Seeds) -> None:
    regions = [part.record for part in seeds.sown if isinstance(part.record, Region)]
    levels = Counter((r.code[:2], r.level) for r in regions)
    assert levels["50", "county"] == 38
    assert levels["51", "prefecture"] == 21
    assert levels["51", "county"] == 183


def test_industries_have_all_sections_and_divisions(seeds: Seeds) -> None:
    levels = Counter(p.record.level for p in seeds.sown if isinstance(p.record, Industry))
    assert (levels["section"], levels["division"]) == (20, 97)


def test_areas_and_directions_are_concepts(seeds: Seeds) -> None:
    names = {(p.record.scheme, p.record.name) for p in seeds.sown if isinstance(p.record, Concept)}
    assert {("area", name) for name in AREAS} <= names
    assert {("direction", name) for name in DIRECTIONS} <= names


def test_a_name_stands_for_one_concept_of_its_scheme_and_one_material(seeds: Seeds) -> None:
    concepts = Counter(
        (p.record.scheme, p.record.name) for p in seeds.sown if isinstance(p.record, Concept)
    )
    materials = Counter(p.record.name for p in seeds.sown if isinstance(p.record, Material))
    assert max(concepts.values()) == 1
    assert max(materials.values()) == 1


def test_the_lexicon_is_read() -> None:
    words = lexicon()
    assert len(words.words) > 500
    assert "energy_saving_rate" in words.indicators
    assert "ORC" in words.expansions()["有机朗肯循环"]
