"""Shapes of what is said of entries, organisations and demands themselves, and of their lists."""

from typing import Literal

from pydantic import Field

from kg.vocabulary import (
    AREAS,
    DEMAND_STATUSES,
    DIRECTIONS,
    FIGURE_GROUPS,
    ORGANIZATION_TYPES,
    Evidence,
)
from web.api.schemas.shape import Shape, example

Area = Literal[AREAS]  # type: ignore[valid-type]
Direction = Literal[DIRECTIONS]  # type: ignore[valid-type]
Status = Literal[DEMAND_STATUSES]  # type: ignore[valid-type]
OrganizationType = Literal[ORGANIZATION_TYPES]  # type: ignore[valid-type]
EVIDENCE = tuple(evidence.value for evidence in Evidence)
EvidenceKind = Literal[EVIDENCE]  # type: ignore[valid-type]
EntryKind = Literal["Technology", "Equipment", "Product"]


class FigureShape(Shape):
    """一个指标：数值、单位、对比基准、证据、年份。未知的为 null。"""

    model_config = example(
        name="节能率", value=32.5, unit="%", indicator="energy_saving_rate", per_year=False,
        qualifier="约", low=None, high=None, baseline="改造前", baseline_low=None,
        baseline_high=None, better="higher", group="效果", evidence="实施案例", year=2023,
        note=None, source="doc-0001", origin=None,
    )  # fmt: skip

    name: str = Field(description="指标名称。")
    value: float = Field(description="数值，单位见 unit。")
    unit: str = Field(description="单位；无量纲时为空。")
    indicator: str = Field(description="指标代码，见 /vocabularies/indicators；other 为未归类。")
    per_year: bool = Field(description="是否为每年的数值（单位中未写明时）。")
    qualifier: str | None = Field(description="限定词，如 约、超过、不低于。")
    low: float | None = Field(description="范围的下限。")
    high: float | None = Field(description="范围的上限。")
    baseline: str | None = Field(description="与什么相比。")
    baseline_low: float | None = Field(description="基准值（或其下限），单位同上。")
    baseline_high: float | None = Field(description="基准值的上限，单位同上。")
    better: Literal["higher", "lower"] | None = Field(description="越高越好还是越低越好。")
    group: Literal[FIGURE_GROUPS] = Field(description="分组。")  # type: ignore[valid-type]
    evidence: EvidenceKind = Field(description="证据类型。")
    year: int | None = Field(description="数值所属年份。")
    note: str | None = Field(description="说明。")
    source: str | None = Field(description="来源的编号。")
    origin: str | None = Field(description="采自哪条原始记录。")


class HonourShape(Shape):
    """一项称号或奖励。"""

    title: str = Field(description="称号或奖励的名称。")
    year: int | None = Field(description="年份。")
    issuer: str | None = Field(description="授予单位。")


class EntryRecord(Shape):
    """条目自身的内容（不含与其他节点的关系）。"""

    id: str = Field(description="编号。", examples=["entry-0001"])
    label: EntryKind = Field(description="技术、装备或产品。")
    revision: int = Field(description="本条被修改的次数，从 1 起。")
    name: str = Field(description="名称。")
    aliases: list[str] = Field(description="别名。")
    use: str | None = Field(description="一句话用途。")
    summary: str = Field(description="简介。")
    problem: list[str] = Field(description="能解决的问题（用企业的话说）。")
    principle: str | None = Field(description="原理。")
    replaces: str | None = Field(description="替代了什么做法。")
    conditions: str | None = Field(description="适用条件。")
    area: Area = Field(description="领域。")
    direction: Direction = Field(description="方向。")
    figures: list[FigureShape] = Field(description="指标。")
    keys: list[str] = Field(description="所依据的原始记录。")
    year: int | None = Field(description="年份。")
    added: str | None = Field(description="收录日期。")
    honours: list[HonourShape] = Field(description="称号和奖励。")
    url: str = Field(description="在本接口中的地址。")
    page: str = Field(description="网页的地址。")


class OrganizationRecord(Shape):
    """单位自身的内容。"""

    id: str = Field(description="编号。", examples=["org-0001"])
    label: Literal["Organization"] = Field(description="节点类型。")
    revision: int = Field(description="被修改的次数，从 1 起。")
    name: str = Field(description="名称。")
    aliases: list[str] = Field(description="别名。")
    type: OrganizationType | None = Field(description="单位类型。")
    business: str | None = Field(description="主营业务。")
    honours: list[HonourShape] = Field(description="称号和奖励。")
    keys: list[str] = Field(description="所依据的原始记录。")
    url: str = Field(description="在本接口中的地址。")
    page: str = Field(description="网页的地址。")


class DemandRecord(Shape):
    """需求自身的内容。"""

    id: str = Field(description="编号。", examples=["demand-0001"])
    label: Literal["Demand"] = Field(description="节点类型。")
    revision: int = Field(description="被修改的次数，从 1 起。")
    title: str = Field(description="标题。")
    situation: str = Field(description="现状与问题。")
    requirements: list[str] = Field(description="关键要求。")
    goal: str | None = Field(description="目标。")
    result: str | None = Field(description="实施结果。")
    solutions: list[str] = Field(description="采用的办法。")
    targets: list[FigureShape] = Field(description="目标指标。")
    status: Status = Field(description="状态：需求（待解决）、在建、已实施。")
    year: int | None = Field(description="年份。")
    keys: list[str] = Field(description="所依据的原始记录。")
    added: str | None = Field(description="收录日期。")
    url: str = Field(description="在本接口中的地址。")
    page: str = Field(description="网页的地址。")


class ListShape(Shape):
    """一页列表。"""

    total: int = Field(description="符合条件的总数。")
    seq: int = Field(description="变更序号；下次可作 modified_after，取走遍列表时第一页给出的值。")
    next_cursor: str | None = Field(description="下一页的游标；最后一页为 null。")


class EntryList(ListShape):
    """一页条目。"""

    items: list[EntryRecord] = Field(description="条目。")


class OrganizationList(ListShape):
    """一页单位。"""

    items: list[OrganizationRecord] = Field(description="单位。")


class DemandList(ListShape):
    """一页需求。"""

    items: list[DemandRecord] = Field(description="需求。")
