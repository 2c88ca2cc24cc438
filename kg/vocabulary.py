"""Labels, relation types and the fixed code lists of the graph.

The only place where a label or relation type may come from. Regions, industries, concepts and
materials are data (see `seeds/vocab`), not code, and do not stand here.
"""

from dataclasses import dataclass
from enum import StrEnum


class Label(StrEnum):
    """Node labels; an entry of the catalogue is one of the first three."""

    TECHNOLOGY = "Technology"
    EQUIPMENT = "Equipment"
    PRODUCT = "Product"
    ORGANIZATION = "Organization"
    DEMAND = "Demand"
    CASE = "Case"
    REGION = "Region"
    INDUSTRY = "Industry"
    CONCEPT = "Concept"
    MATERIAL = "Material"
    EDITION = "Edition"
    DOCUMENT = "Document"
    # private: no public traversal may enter these
    USER = "User"
    DRAFT = "Draft"
    REVIEW = "Review"
    INTEREST = "Interest"
    SAVED_SEARCH = "SavedSearch"
    EVENT = "Event"
    FEEDBACK = "Feedback"
    STATE = "State"  # what the software remembers of the graph as a whole


ENTRY_LABELS: frozenset[Label] = frozenset({Label.TECHNOLOGY, Label.EQUIPMENT, Label.PRODUCT})
PRIVATE_LABELS: frozenset[Label] = frozenset(
    {
        Label.USER, Label.DRAFT, Label.REVIEW, Label.INTEREST, Label.SAVED_SEARCH, Label.EVENT,
        Label.FEEDBACK, Label.STATE,
    }
)  # fmt: skip
PUBLIC_LABELS: frozenset[Label] = frozenset(Label) - PRIVATE_LABELS


class Relation(StrEnum):
    """Relation types, each read from source to target."""

    SUPPLIES = "SUPPLIES"
    HOLDS = "HOLDS"
    USES = "USES"
    REPLACES = "REPLACES"
    APPLIES_TO = "APPLIES_TO"
    IN_CONCEPT = "IN_CONCEPT"
    LOCATED_IN = "LOCATED_IN"
    POSTED = "POSTED"
    CONCERNS = "CONCERNS"
    SOLVED_BY = "SOLVED_BY"
    CASE_OF = "CASE_OF"
    CASE_AT = "CASE_AT"
    CONSUMES = "CONSUMES"
    PRODUCES = "PRODUCES"
    LISTED_IN = "LISTED_IN"
    CITES = "CITES"
    PART_OF = "PART_OF"
    ABOUT = "ABOUT"  # private bookkeeping: User/Draft/Review/Interest/... -> anything


@dataclass(frozen=True, slots=True)
class Ends:
    """Which labels a relation type may connect, and its Chinese name read forwards/backwards."""

    sources: frozenset[Label]
    targets: frozenset[Label]
    forwards: str
    backwards: str


_E = ENTRY_LABELS
_ORG = frozenset({Label.ORGANIZATION})
_TREES = frozenset({Label.REGION, Label.INDUSTRY, Label.CONCEPT, Label.MATERIAL})

RELATION_ENDS: dict[Relation, Ends] = {
    Relation.SUPPLIES: Ends(_ORG, _E, "供应", "供应方"),
    Relation.HOLDS: Ends(_ORG, _E, "持有", "持有方"),
    Relation.USES: Ends(_E, _E, "用到", "被用于"),
    Relation.REPLACES: Ends(_E, _E | {Label.CONCEPT}, "替代", "被替代"),
    Relation.APPLIES_TO: Ends(_E, frozenset({Label.INDUSTRY}), "适用行业", "适用条目"),
    Relation.IN_CONCEPT: Ends(
        _E | {Label.CASE, Label.ORGANIZATION}, frozenset({Label.CONCEPT}), "属于", "包含"
    ),
    Relation.LOCATED_IN: Ends(
        _E | {Label.ORGANIZATION, Label.DEMAND, Label.CASE},
        frozenset({Label.REGION}),
        "所在地区",
        "本地区有",
    ),
    Relation.POSTED: Ends(_ORG, frozenset({Label.DEMAND}), "提出需求", "需求方"),
    Relation.CONCERNS: Ends(
        frozenset({Label.DEMAND}),
        frozenset({Label.INDUSTRY, Label.CONCEPT, Label.MATERIAL}),
        "涉及",
        "相关需求",
    ),
    Relation.SOLVED_BY: Ends(frozenset({Label.DEMAND}), _E, "由其解决", "解决了需求"),
    Relation.CASE_OF: Ends(frozenset({Label.CASE}), _E, "应用了", "应用案例"),
    Relation.CASE_AT: Ends(frozenset({Label.CASE}), _ORG, "用户单位", "作为用户的案例"),
    Relation.CONSUMES: Ends(_E | _ORG, frozenset({Label.MATERIAL}), "消纳", "可被消纳于"),
    Relation.PRODUCES: Ends(_E | _ORG, frozenset({Label.MATERIAL}), "产出", "产自"),
    Relation.LISTED_IN: Ends(_E, frozenset({Label.EDITION}), "列入", "收录"),
    Relation.CITES: Ends(PUBLIC_LABELS, frozenset({Label.DOCUMENT}), "来源", "被引用于"),
    Relation.PART_OF: Ends(_TREES | _ORG, _TREES | _ORG, "上级", "下级"),
    Relation.ABOUT: Ends(PRIVATE_LABELS, frozenset(Label), "关于", "相关记录"),
}


class Evidence(StrEnum):
    """Kinds of evidence behind a figure, in rising order of weight."""

    SELF_DECLARED = "自报"
    PRESS = "公开报道"
    THIRD_PARTY = "第三方检测"
    CASE = "实施案例"
    CATALOGUE = "目录认定"

    @property
    def weight(self) -> int:
        """Position in the order of weight, 0 (自报) to 4 (目录认定)."""
        return list(Evidence).index(self)


KIND_NAMES: dict[Label, str] = {
    Label.TECHNOLOGY: "技术",
    Label.EQUIPMENT: "装备",
    Label.PRODUCT: "产品",
}
AREAS = ("绿色设计+", "清洁生产+", "资源循环+", "智慧管控+", "新能源+")
DIRECTIONS = ("节能", "节水", "资源综合利用", "减污降碳", "新能源", "数字化")
ORGANIZATION_TYPES = (
    "供应商", "用能企业", "科研院所", "高校", "园区", "服务机构", "政府机构",
)  # fmt: skip
DEMAND_STATUSES = ("需求", "在建", "已实施")
FIGURE_GROUPS = ("效果", "排放", "规模", "投资", "经济", "质量", "其他")
CASE_STATUSES = ("已投运", "在建", "试点", "计划")
FEEDBACK_PARTS = (
    "名称和说明", "指标数据", "适用条件", "案例", "单位和供应方", "地区", "需求内容", "来源",
    "其他",
)  # fmt: skip
"""What of a page a reader may say is wrong."""
