"""Shapes of symbiosis chains and of entries in use together."""

from pydantic import Field

from web.api.schemas.shape import Ref, Shape, example


class ChainEnd(Ref):
    """配对的一头。"""

    model_config = example(
        id="entry-0055", label="Technology", name="磷石膏制水泥缓凝剂",
        url="/api/v1/entries/entry-0055", regions=[],
    )  # fmt: skip

    regions: list[Ref] = Field(description="所在地区。")


class ChainShape(Shape):
    """一对：一方产出，另一方能消纳。"""

    source: ChainEnd = Field(description="产出方：条目或单位。")
    material: Ref = Field(description="产出的物料。")
    target: ChainEnd = Field(description="消纳方：条目或单位。")
    wanted: Ref = Field(description="消纳方写明的物料：与产出的相同，或是它的上级。")
    distance: int | None = Field(
        description="距离的级别：0 同一区县，1 同一市州，2 同一省市，3 跨省市；未知为 null。"
    )
    distance_name: str = Field(description="距离的级别写成文字。")
    within: Ref | None = Field(description="两头共同所在的最小地区；未知为 null。")


class SymbiosisAnswer(Shape):
    """谁的副产物谁能用。"""

    total: int = Field(description="一共有多少对。")
    chains: list[ChainShape] = Field(description="配对，近的在前。")


class SharedUse(Shape):
    """一个一起用的条目和共同点。"""

    entry: Ref = Field(description="条目。")
    cases: list[Ref] = Field(description="共同的案例。")
    users: list[Ref] = Field(description="共同的用户单位。")
    processes: list[Ref] = Field(description="共同的工艺。")
    industries: list[Ref] = Field(description="共同的行业。")


class UsedWith(Shape):
    """与一个条目一起用的条目。"""

    items: list[SharedUse] = Field(description="条目，共同点多的在前。")
