"""Short references to nodes, and a node's own properties with the unknown ones as null."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel
from pydantic_core import PydanticUndefined
from starlette.requests import Request

from kg.model import Figure, Honour, Node, Record
from kg.vocabulary import ENTRY_LABELS, PUBLIC_LABELS, Label
from web.api.answers import base

LABEL_NAMES: Mapping[Label, str] = {
    Label.TECHNOLOGY: "技术",
    Label.EQUIPMENT: "装备",
    Label.PRODUCT: "产品",
    Label.ORGANIZATION: "单位",
    Label.DEMAND: "需求",
    Label.CASE: "应用案例",
    Label.REGION: "地区",
    Label.INDUSTRY: "行业",
    Label.CONCEPT: "概念",
    Label.MATERIAL: "物料",
    Label.EDITION: "目录期次",
    Label.DOCUMENT: "资料来源",
}
_FOLDERS = {
    **dict.fromkeys(ENTRY_LABELS, "entries"),
    Label.ORGANIZATION: "organizations",
    Label.DEMAND: "demands",
}
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things stand in the API; `base` is /api/v1 with the site's prefix."""

    base: str

    @classmethod
    def of(cls, request: Request) -> "Addresses":
        """Return the addresses as the asker sees them."""
        return cls(base(request))

    def of_id(self, node_id: str, folder: str) -> str:
        """Return where a resource of a folder stands."""
        return f"{self.base}/{folder}/{quote(node_id)}"

    def node(self, node_id: str, label: Label) -> str | None:
        """Return where a node stands; None for kinds without an address of their own."""
        folder = _FOLDERS.get(label)
        return self.of_id(node_id, folder) if folder else None

    def ref(self, node: Node) -> Json:
        """Return the short reference: id, label, name, url."""
        return {
            "id": node.id,
            "label": node.label.value,
            "name": name_of(node),
            "url": self.node(node.id, node.label),
        }

    def refs(self, nodes: Iterable[Node]) -> list[Json]:
        """Return short references to the public ones of the nodes, in their order."""
        return [self.ref(node) for node in nodes if node.label in PUBLIC_LABELS]


def name_of(node: Node) -> str:
    """Return what a node is called."""
    return str(node.props.get("name") or node.props.get("title") or node.id)


def _defaults(model: type[BaseModel], outside: frozenset[str] = frozenset()) -> Json:
    """Return what stands for each field when it is absent: its default, or null."""
    fields = {name: info for name, info in model.model_fields.items() if name not in outside}
    return {
        name: None if info.default is PydanticUndefined else info.default
        for name, info in fields.items()
    }


_FIGURE, _HONOUR = _defaults(Figure), _defaults(Honour)
_OWN: dict[type[Record], Json] = {}


def own(node: Node, record: type[Record]) -> Json:
    """Return id, label, revision and all properties of a record; absent ones null or []."""
    defaults = _OWN.setdefault(record, _defaults(record, record.outside))
    out: Json = {"id": node.id, "label": node.label.value, "revision": node.revision}
    for name, default in defaults.items():
        out[name] = node.props.get(name, default)
    for name in ("figures", "targets"):
        if name in out:
            out[name] = [{**_FIGURE, **figure} for figure in out[name]]
    if "honours" in out:
        out["honours"] = [{**_HONOUR, **honour} for honour in out["honours"]]
    return out
