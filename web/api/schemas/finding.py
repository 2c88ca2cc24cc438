"""Shapes of what search and matching answer."""

from typing import Literal

from pydantic import Field

from web.api.schemas.shape import Shape, example


class Stretch(Shape):
    """一段文字；命中的词 hit 为真。"""

    text: str = Field(description="文字。")
    hit: bool = Field(description="是否命中。")


class PartyShape(Shape):
    """持有方或供应方。"""

    id: str = Field(description="编号。")
    name: str = Field(description="名称。")
    place: str | None = Field(description="所在地。")


class CardShape(Shape):
    """列表中显示的要点。"""

    kind: str = Field(description="类别：技术、装备、产品或需求。")
    area: str | None = Field(description="领域。")
    direction: str | None = Field(description="方向。")
    places: list[str] = Field(description="所在地。")
    industries: list[str] = Field(description="行业。")
    figures: list[str] = Field(description="主要指标。")
    parties: list[PartyShape] = Field(description="持有方和供应方；需求为需求方。")
    cases: int = Field(description="案例数。")
    evidence: str | None = Field(description="最强的证据类型。")
    year: int | None = Field(description="年份。")
    status: str | None = Field(description="需求的状态。")


class HitShape(Shape):
    """一条结果。"""

    id: str = Field(description="编号。")
    name: str = Field(description="名称。")
    url: str = Field(description="在本接口中的地址。")
    title: list[Stretch] = Field(description="名称，命中的词有标记。")
    snippet: list[Stretch] = Field(description="摘要，命中的词有标记。")
    card: CardShape = Field(description="要点。")
    partial: bool = Field(description="是否只是部分相关。")
    reasons: list[str] = Field(description="为何列出。")
    misses: list[str] = Field(description="不符合哪些条件。")


class ConditionShape(Shape):
    """从问题中识别出的条件。"""

    id: str = Field(description="编号，可用于 drop。")
    kind: Literal["region", "kind", "industry", "organization", "number"] = Field(
        description="种类。"
    )
    label: str = Field(description="说明。")
    words: str = Field(description="问题中的原文。")
    strict: bool = Field(description="为真则筛选，为假只影响排序。")


class FacetValueShape(Shape):
    """分面的一个取值。"""

    value: str = Field(description="取值，用作同名参数。")
    label: str = Field(description="名称。")
    count: int = Field(description="改选此值后的条数。")
    chosen: bool = Field(description="是否已选。")
    depth: int = Field(description="在树中的层级，从 0 起。")


class FacetShape(Shape):
    """一个分面。"""

    name: str = Field(description="参数名。")
    label: str = Field(description="名称。")
    values: list[FacetValueShape] = Field(description="取值。")


class RelaxationShape(Shape):
    """去掉一个条件会得到什么。"""

    label: str = Field(description="去掉哪个条件。")
    total: int = Field(description="总条数。")
    good: int = Field(description="其中符合的条数。")
    total_is_lower_bound: bool = Field(description="total 和 good 是下限，原因同上级。")
    url: str = Field(description="这样检索的地址。")


class SearchAnswer(Shape):
    """检索结果。"""

    query: str = Field(description="所问的文字。")
    corrected: str | None = Field(description="纠正同音错字后的文字；没有纠正为 null。")
    conditions: list[ConditionShape] = Field(description="识别出的条件。")
    total: int = Field(description="可翻页看到的条数。")
    good: int = Field(description="其中符合的条数，其余只是部分相关；0 表示没有符合的条目。")
    total_is_lower_bound: bool = Field(
        description="索引没有看遍所有条目，total 和 good 是下限（只在 KG_SEARCH=neo4j 时会有）。"
    )
    counts_are_lower_bounds: bool = Field(description="各分面的条数是下限，原因同上。")
    page: int = Field(description="页码。")
    pages: int = Field(description="页数。")
    size: int = Field(description="每页条数。")
    lexical_only: bool = Field(description="没有向量模型，只按词语检索。")
    hits: list[HitShape] = Field(description="结果。")
    elsewhere: list[HitShape] = Field(description="只差一个条件的条目，不计入 total。")
    facets: list[FacetShape] = Field(description="分面。")
    relaxations: list[RelaxationShape] = Field(description="放宽条件的办法。")


class SuggestionShape(Shape):
    """一个补全。"""

    model_config = example(
        text="余热回收", kind="concept", id="concept-waste-heat-recovery", url=None
    )

    text: str = Field(description="文字。")
    kind: Literal["entry", "concept", "organization", "industry", "region", "demand"] = Field(
        description="种类。"
    )
    id: str | None = Field(description="编号。")
    url: str | None = Field(description="在本接口中的地址。")


class SuggestAnswer(Shape):
    """补全。"""

    suggestions: list[SuggestionShape] = Field(description="补全，最合适的在前。")


class CriterionShape(Shape):
    """一项对照。"""

    model_config = example(name="行业", verdict="符合", fact="适用行业：炼焦")

    name: str = Field(description="对照项：行业、工艺、物料、目标、规模、地区、投资、案例。")
    verdict: Literal["符合", "部分符合", "不符合", "未知"] = Field(description="结论。")
    fact: str = Field(description="依据的事实。")


class MatchShape(Shape):
    """一条匹配。"""

    id: str = Field(description="条目（或需求）的编号。")
    name: str = Field(description="名称。")
    url: str = Field(description="在本接口中的地址。")
    card: CardShape = Field(description="要点。")
    fit: Literal["高度匹配", "可能匹配", "供参考"] = Field(description="匹配程度。")
    criteria: list[CriterionShape] = Field(description="逐项对照。")
    reason: str = Field(description="一句话理由。")
    proof: str | None = Field(description="佐证的案例。")
    solved: bool = Field(description="记录本身写明由它解决。")


class MatchAnswer(Shape):
    """匹配结果。"""

    subject: str = Field(description="需求或条目的编号；临时提出的需求为其文字或空。")
    total: int = Field(description="截取前的总数。")
    lexical_only: bool = Field(description="没有向量模型，只按词语检索。")
    matches: list[MatchShape] = Field(description="匹配，最合适的在前。")
