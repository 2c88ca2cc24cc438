"""What all shapes share, and the ones that stand in many places."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from kg.vocabulary import PUBLIC_LABELS, Label

PUBLIC_LABEL_NAMES = tuple(label.value for label in Label if label in PUBLIC_LABELS)
PublicLabel = Literal[PUBLIC_LABEL_NAMES]  # type: ignore[valid-type]


class Shape(BaseModel):
    """A shape of an answer: what is not documented is not there."""

    model_config = ConfigDict(extra="forbid")


def example(**values: Any) -> ConfigDict:
    """Return the configuration of a shape with one example."""
    return ConfigDict(extra="forbid", json_schema_extra={"example": values})


REF = {
    "id": "org-0001",
    "label": "Organization",
    "name": "某节能科技有限公司",
    "url": "/api/v1/organizations/org-0001",
}


class Ref(Shape):
    """图谱中另一个节点的简要信息。"""

    model_config = example(**REF)

    id: str = Field(description="编号。")
    label: PublicLabel = Field(description="节点类型。")
    name: str = Field(description="名称。")
    url: str | None = Field(description="在本接口中的地址；没有单独地址的类型为 null。")


class Complaint(Shape):
    """一处不合要求的参数。"""

    field: str = Field(description="参数或字段的名称；整个请求体有误时为空。")
    in_: Literal["query", "path", "body", "header", "cookie"] = Field(
        alias="in", description="参数所在的位置。"
    )
    code: str = Field(description="错误的种类，供程序判断。")
    message: str = Field(description="中文说明：哪个字段、错在哪里、怎样改。")


class Problem(Shape):
    """出错时的回答（RFC 9457，application/problem+json）。"""

    model_config = example(
        type="/api/v1/docs#node-not-found",
        title="没有这个编号",
        status=404,
        detail="没有编号为“entry-none”的节点，请核对编号。",
        instance="/api/v1/entries/entry-none",
        code="node-not-found",
    )

    type: str = Field(description="错误种类的说明地址。")
    title: str = Field(description="错误种类的名称。")
    status: int = Field(description="HTTP 状态码。")
    detail: str = Field(description="这一次错在哪里、怎样改。")
    instance: str = Field(description="出错的地址。")
    code: str = Field(description="错误代码，稳定不变，供程序判断。")
    errors: list[Complaint] = Field(default=[], description="参数有误时逐项列出。")
    reference: str | None = Field(default=None, description="报告问题时请提供的编号。")
