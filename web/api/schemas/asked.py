"""Shapes of what is asked of search and matching: parameters and request bodies."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from search.results import FACETS, MAX_SIZE, MAX_TEXT, DemandQuery, SearchRequest
from web.api.complaints import unknown_name
from web.api.schemas.records import Area, Direction, EntryKind, EvidenceKind

Mode = Literal["hybrid", "lexical", "dense"]
Sort = Literal["relevance", "evidence", "newest"]
Value = Annotated[str, StringConstraints(max_length=200)]
Values = Annotated[tuple[Value, ...], Field(max_length=50)]
TEN_THOUSAND = 10_000
NEED = "转炉烟气余热白白排掉，想回收发电，投资不超过2000万元"


class Asked(BaseModel):
    """A request body; unknown names are refused and the nearest known one is named."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown(cls, data: Any) -> Any:
        known = list(cls.model_fields)
        unknown = [name for name in data if name not in known] if isinstance(data, dict) else []
        if unknown:
            name = str(unknown[0]).encode("utf-8", "replace").decode()
            context = {"text": unknown_name(name, known, "字段"), "name": name}
            raise PydanticCustomError("unknown_name", "{text}", context)
        return data


class Filters(Asked):
    """各分面选中的取值；同一分面之内为“或”，分面之间为“且”。"""

    kind: tuple[EntryKind, ...] = Field((), description="类别。")
    area: tuple[Area, ...] = Field((), description="领域。")
    direction: tuple[Direction, ...] = Field((), description="方向。")
    industry: Values = Field((), description="行业代码（GB/T 4754-2017），含下级。")
    region: Values = Field((), description="地区代码（GB/T 2260），含下级。")
    organization: Values = Field((), description="单位编号。")
    has_cases: tuple[Literal["yes", "no"], ...] = Field((), description="有无应用案例。")
    evidence: tuple[EvidenceKind, ...] = Field((), description="证据类型。")
    year: Values = Field((), description="年份。")


class _Search(Asked):
    q: str = Field(
        "", max_length=MAX_TEXT, description="用自己的话描述要解决的问题。", examples=["余热回收"]
    )
    drop: Values = Field((), description="不采用的识别条件的编号（conditions 中的 id）。")
    literal: bool = Field(default=False, description="按原文检索，不纠正同音错字。")
    mode: Mode = Field("hybrid", description="检索方式：混合、按词语、按语义。")
    sort: Sort = Field("relevance", description="排序：相关、证据、最新。")
    page: int = Field(1, ge=1, le=100_000, description="页码，从 1 起。")
    size: int = Field(20, ge=1, le=MAX_SIZE, description="每页条数。")

    def chosen(self) -> Filters:
        """Return the filters."""
        raise NotImplementedError

    def request(self) -> SearchRequest:
        """Return the question for the engine; blank values count as not given."""
        values = {name: _given(getattr(self.chosen(), name)) for name in FACETS}
        return SearchRequest(
            text=self.q,
            filters={name: given for name, given in values.items() if given},
            dropped=frozenset(_given(self.drop)),
            literal=self.literal,
            mode=self.mode,
            sort=self.sort,
            page=self.page,
            size=self.size,
        )


class SearchParameters(Filters, _Search):
    """GET /search 的参数。"""

    def chosen(self) -> Filters:
        """Return itself: in an address the facets stand beside the other parameters."""
        return self


class SearchBody(_Search):
    """检索请求，适合大段文字。"""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "example": {"q": NEED, "filters": {"region": ["500000"]}, "sort": "relevance"}
        },
    )

    filters: Filters = Field(Filters(), description="分面筛选。")

    def chosen(self) -> Filters:
        """Return the filters."""
        return self.filters


class TargetBody(Asked):
    """一个目标指标。"""

    indicator: str = Field(max_length=100, description="指标代码，见 /vocabularies/indicators。")
    value: float = Field(allow_inf_nan=False, description="数值。")
    unit: str = Field("", max_length=50, description="单位。")


class MatchBody(Asked):
    """一项需求：文字，以及（可选的）行业、地区、概念、物料、目标、预算。"""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        json_schema_extra={
            "example": {
                "text": NEED,
                "industries": ["C31"],
                "regions": ["500000"],
                "targets": [{"indicator": "energy_saving_rate", "value": 20, "unit": "%"}],
                "budget": 2000,
                "limit": 10,
            }
        },
    )

    text: str = Field(min_length=1, max_length=MAX_TEXT, description="用一两句话写明要解决的问题。")
    industries: Values = Field((), description="行业代码或编号。")
    regions: Values = Field((), description="地区代码或编号。")
    concepts: Values = Field((), description="概念编号。")
    materials: Values = Field((), description="物料编号。")
    targets: Annotated[tuple[TargetBody, ...], Field(max_length=20)] = Field(
        (), description="目标指标。"
    )
    budget: float | None = Field(None, ge=0, le=1e9, description="预算，万元。")
    limit: int = Field(20, ge=1, le=100, description="最多给出多少条。")

    def demand(self) -> DemandQuery:
        """Return the need for the engine."""
        return DemandQuery(
            text=self.text,
            industries=tuple(v.removeprefix("industry-") for v in _given(self.industries)),
            regions=tuple(v.removeprefix("region-") for v in _given(self.regions)),
            concepts=_given(self.concepts),
            materials=_given(self.materials),
            targets=tuple((t.indicator, t.value, t.unit) for t in self.targets),
            budget=None if self.budget is None else self.budget * TEN_THOUSAND,
        )


def _given(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))
