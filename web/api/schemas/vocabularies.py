"""Shapes of the vocabularies."""

from typing import Literal

from pydantic import Field

from web.api.schemas.shape import PublicLabel, Shape, example

Names = Literal[
    "regions", "industries", "concepts", "materials", "indicators", "relations", "labels"
]


class Term(Shape):
    """词表中的一项，有上下级。"""

    id: str = Field(description="节点编号。")
    name: str = Field(description="标准名称。")
    parent: str | None = Field(description="上级的编号；最上级为 null。")


class RegionTerm(Term):
    """地区。"""

    model_config = example(
        id="region-500102", name="涪陵区", parent="region-500000", code="500102", short="涪陵",
        level="county", aliases=[],
    )  # fmt: skip

    code: str = Field(description="代码；Z- 开头的开发区等为本库自编。")
    short: str = Field(description="简称。")
    level: Literal["country", "province", "prefecture", "county", "zone"] = Field(
        description="级别。"
    )
    aliases: list[str] = Field(description="别名。")
    children: list["RegionTerm"] = Field(default=[], description="下级，仅在 form=tree 时给出。")


class IndustryTerm(Term):
    """行业。"""

    code: str = Field(description="代码。")
    level: Literal["section", "division", "group", "class"] = Field(
        description="门类、大类、中类、小类。"
    )
    aliases: list[str] = Field(description="习惯叫法。")
    definition: str | None = Field(description="说明。")
    children: list["IndustryTerm"] = Field(default=[], description="下级，仅在 form=tree 时给出。")


class ConceptTerm(Term):
    """概念。"""

    scheme: Literal["area", "direction", "process", "technology"] = Field(
        description="领域、方向、工艺、技术。"
    )
    definition: str | None = Field(description="说明。")
    synonyms: list[str] = Field(description="同义词。")
    narrower: list[str] = Field(description="下位词。")
    lay: list[str] = Field(description="通俗说法。")
    children: list["ConceptTerm"] = Field(default=[], description="下级，仅在 form=tree 时给出。")


class MaterialTerm(Term):
    """物料。"""

    kind: Literal["waste", "by-product", "energy", "water", "product", "raw"] = Field(
        description="废物、副产品、能源、水、产品、原料。"
    )
    definition: str | None = Field(description="说明。")
    synonyms: list[str] = Field(description="同义词。")
    narrower: list[str] = Field(description="下位词。")
    lay: list[str] = Field(description="通俗说法。")
    children: list["MaterialTerm"] = Field(default=[], description="下级，仅在 form=tree 时给出。")


class IndicatorTerm(Shape):
    """指标。"""

    code: str = Field(description="代码，用于 figures 和 targets。")
    name: str = Field(description="名称。")
    dimension: str = Field(description="量纲。")
    better: Literal["higher", "lower"] | None = Field(description="越高越好还是越低越好。")
    aliases: list[str] = Field(description="其他说法。")


class RelationTerm(Shape):
    """关系类型。"""

    model_config = example(
        code="HOLDS", name="持有", backwards="持有方", sources=["Organization"],
        targets=["Equipment", "Product", "Technology"],
    )  # fmt: skip

    code: str = Field(description="代码。")
    name: str = Field(description="正向读的名称。")
    backwards: str = Field(description="反向读的名称。")
    sources: list[PublicLabel] = Field(description="起点可以是哪些类型。")
    targets: list[PublicLabel] = Field(description="终点可以是哪些类型。")


class LabelTerm(Shape):
    """节点类型。"""

    model_config = example(code="Technology", name="技术", entry=True)

    code: PublicLabel = Field(description="代码。")
    name: str = Field(description="名称。")
    entry: bool = Field(description="是否目录条目。")


class Vocabulary(Shape):
    """一个词表。"""

    name: Names = Field(description="代码。")
    title: str = Field(description="名称。")
    standard: str | None = Field(description="所依据的标准。")
    form: Literal["flat", "tree"] = Field(description="平铺还是树。")
    count: int = Field(description="项数。")
    items: (
        list[RegionTerm]
        | list[IndustryTerm]
        | list[ConceptTerm]
        | list[MaterialTerm]
        | list[IndicatorTerm]
        | list[RelationTerm]
        | list[LabelTerm]
    ) = Field(description="各项；树只列最上级，下级在 children 中。")


class VocabularyLine(Shape):
    """词表清单中的一行。"""

    name: Names = Field(description="代码。")
    title: str = Field(description="名称。")
    standard: str | None = Field(description="所依据的标准。")
    count: int = Field(description="项数。")
    url: str = Field(description="地址。")


class Vocabularies(Shape):
    """全部词表。"""

    vocabularies: list[VocabularyLine] = Field(description="词表。")
