"""Shapes of the graph itself: neighbourhoods, paths, the change feed."""

from typing import Literal

from pydantic import Field

from web.api.parameters import PUBLIC_RELATIONS
from web.api.schemas.shape import PublicLabel, Ref, Shape, example

PUBLIC_RELATION_NAMES = tuple(relation.value for relation in PUBLIC_RELATIONS)
PublicRelation = Literal[PUBLIC_RELATION_NAMES]  # type: ignore[valid-type]


class EdgeShape(Shape):
    """一条关系，由 source 指向 target。"""

    model_config = example(relation="HOLDS", name="持有", source="org-0001", target="entry-0001")

    relation: PublicRelation = Field(description="关系类型。")
    name: str = Field(description="关系的名称（正向读）。")
    source: str = Field(description="起点的编号。")
    target: str = Field(description="终点的编号。")


class Neighbourhood(Shape):
    """一个节点的邻域。"""

    nodes: list[Ref] = Field(description="节点：先是所给的，再由近及远，再按编号。")
    edges: list[EdgeShape] = Field(description="这些节点之间的关系。")
    hidden: int = Field(description="因 limit 而没有列出的节点数。")


class PathShape(Shape):
    """一条路径。"""

    nodes: list[Ref] = Field(description="依次经过的节点。")
    edges: list[EdgeShape] = Field(description="相邻两点之间的关系，方向保持原样。")
    sentence: str = Field(description="路径写成一句话。")


class Paths(Shape):
    """两点之间的最短路径。"""

    length: int | None = Field(description="路径有几步；不相连为 null。")
    paths: list[PathShape] = Field(description="最短路径。")


class ChangeShape(Shape):
    """一次变更。"""

    model_config = example(
        seq=42, action="put", id="entry-0001", label="Technology", relation=None, target=None
    )

    seq: int = Field(description="序号，严格递增。")
    action: Literal["put", "remove", "relate", "unrelate"] = Field(
        description="写入节点、删除节点、写入关系、删除关系。"
    )
    id: str = Field(description="节点的编号；关系则为起点的编号。")
    label: PublicLabel | None = Field(description="节点类型；关系为 null。")
    relation: PublicRelation | None = Field(description="关系类型；节点为 null。")
    target: str | None = Field(description="关系终点的编号。")


class Changes(Shape):
    """一段公开的变更。"""

    items: list[ChangeShape] = Field(description="变更，由旧到新。")
    next_since: int = Field(description="下次从这里接着问。")
    position: int = Field(description="现在最新的序号；等于 next_since 时已到末尾。")
