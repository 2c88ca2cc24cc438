"""Shapes of single entries, organisations and demands with what stands around them."""

from typing import Literal

from pydantic import Field

from kg.vocabulary import CASE_STATUSES
from web.api.schemas.records import DemandRecord, EntryRecord, OrganizationRecord
from web.api.schemas.shape import Ref, Shape, example


class CaseRef(Ref):
    """一个应用案例的简要信息。"""

    model_config = example(
        id="case-0001", label="Case", name="某焦化厂余热回收项目", url=None, user="某焦化厂",
        effect="吨焦产汽 80 kg", status="已投运", year=2021,
    )  # fmt: skip

    user: str | None = Field(description="用户。")
    effect: str | None = Field(description="效果。")
    status: Literal[CASE_STATUSES] = Field(description="状态。")  # type: ignore[valid-type]
    year: int | None = Field(description="年份。")


class SourceRef(Ref):
    """一个资料来源的简要信息。"""

    model_config = example(
        id="doc-0001", label="Document", name="某某推广目录", url=None,
        publisher="某某部门", year=2024, link=None,
    )  # fmt: skip

    publisher: str | None = Field(description="发布者。")
    year: int | None = Field(description="年份。")
    link: str | None = Field(description="原文地址。")


class EntryLinks(Shape):
    """与条目有关的地址。"""

    demands: str = Field(description="适合它的需求。")
    graph: str = Field(description="它在图谱中的邻域。")


class EntryDetail(EntryRecord):
    """一个条目，连同持有方、供应方、案例、行业、地区、概念、物料和来源。"""

    holders: list[Ref] = Field(description="持有方。")
    suppliers: list[Ref] = Field(description="供应方。")
    cases: list[CaseRef] = Field(description="应用案例。")
    industries: list[Ref] = Field(description="适用行业。")
    regions: list[Ref] = Field(description="所在地区。")
    concepts: list[Ref] = Field(description="所属概念。")
    consumes: list[Ref] = Field(description="消纳的物料。")
    produces: list[Ref] = Field(description="产出的物料。")
    uses: list[Ref] = Field(description="用到的条目。")
    used_by: list[Ref] = Field(description="用到它的条目。")
    replaced: list[Ref] = Field(description="它替代的条目或概念。")
    replaced_by: list[Ref] = Field(description="替代它的条目。")
    solved: list[Ref] = Field(description="它解决了的需求。")
    editions: list[Ref] = Field(description="列入的目录期次。")
    sources: list[SourceRef] = Field(description="资料来源。")
    links: EntryLinks = Field(description="有关的地址。")


class OrganizationDetail(OrganizationRecord):
    """一个单位，连同它供应的、持有的、需要的和做过的。"""

    supplies: list[Ref] = Field(description="供应的条目。")
    holds: list[Ref] = Field(description="持有的条目。")
    demands: list[Ref] = Field(description="提出的需求。")
    cases: list[CaseRef] = Field(description="作为用户的案例。")
    regions: list[Ref] = Field(description="所在地区。")
    concepts: list[Ref] = Field(description="所属概念。")
    consumes: list[Ref] = Field(description="消纳的物料。")
    produces: list[Ref] = Field(description="产出的物料。")
    parents: list[Ref] = Field(description="上级单位。")
    children: list[Ref] = Field(description="下级单位。")
    sources: list[SourceRef] = Field(description="资料来源。")


class DemandLinks(Shape):
    """与需求有关的地址。"""

    matches: str = Field(description="适合它的条目。")
    graph: str = Field(description="它在图谱中的邻域。")


class DemandDetail(DemandRecord):
    """一个需求，连同需求方、行业、概念、物料、地区和解决它的条目。"""

    organizations: list[Ref] = Field(description="需求方。")
    industries: list[Ref] = Field(description="涉及的行业。")
    concepts: list[Ref] = Field(description="涉及的概念。")
    materials: list[Ref] = Field(description="涉及的物料。")
    regions: list[Ref] = Field(description="所在地区。")
    solved_by: list[Ref] = Field(description="解决它的条目。")
    sources: list[SourceRef] = Field(description="资料来源。")
    links: DemandLinks = Field(description="有关的地址。")
