"""What every backend checks before it touches its database, with the sentences for people.

No database words here, so that all backends refuse the same input with the same error.
"""

import json
import math
import re
from collections.abc import Collection, Mapping
from typing import Any

from kg.errors import InvalidNode, InvalidQuery, InvalidRelation, NodeNotFound
from kg.model import Edge, Node, Scalar
from kg.query import MAX_LIMIT, MAX_VALUES, Filter, Op, Query
from kg.transfer.records import StoredNode, canonical
from kg.vocabulary import ENTRY_LABELS, RELATION_ENDS, Label, Relation

_ID = re.compile(r"[a-z]{1,50}-[A-Za-z0-9][A-Za-z0-9._~-]{0,199}")
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,99}")
_UNFIT = re.compile("[\x00\ud800-\udfff]")
_DEEPEST = 20
_INT64 = 2**63


def is_id(node_id: object) -> bool:
    """Say whether a node could have this id at all."""
    return isinstance(node_id, str) and _ID.fullmatch(node_id) is not None


def is_scalar(value: object) -> bool:
    """Say whether this is None or a scalar that a store can hold."""
    if value is not None and not isinstance(value, str | int | float):
        return False
    try:
        _plain_scalar(value, "")
    except ValueError:
        return False
    return True


def checked_id(node_id: str) -> str:
    """Return an id that is asked for.

    Raises:
        NodeNotFound: no node can have it.
    """
    if not is_id(node_id):
        raise NodeNotFound(str(node_id).encode("utf-8", "replace").decode()[:80])
    return node_id


def checked_node(node: Node) -> tuple[Label, str, dict[str, Any]]:
    """Return the label, the canonical JSON text of the properties, and the properties.

    Two property maps are the same for a store when their texts are: keys are sorted, and
    `1`, `1.0` and `True` differ.

    Raises:
        InvalidNode: bad id, label, property name or value.
    """
    if not is_id(node.id):
        raise InvalidNode(
            f"编号“{_shown(node.id)}”不合规：应为小写前缀、连字符和字母数字，如 tech-0001。"
        )
    try:
        label = Label(node.label)
    except ValueError:
        raise InvalidNode(f"“{node.id}”的类型“{_shown(node.label)}”不存在。") from None
    try:
        props = _plain_props(node.props)
    except ValueError as problem:
        raise InvalidNode(f"“{node.id}”不能保存：{problem}") from None
    return label, canonical(props), props


def checked_import(node: StoredNode) -> dict[str, Any]:
    """Return the properties of a node that comes with its canonical text.

    Raises:
        InvalidNode: as `checked_node`; the text is not canonical, or the revision no number from 1.
    """
    try:
        props = json.loads(node.props)
    except ValueError:
        props = None
    _, text, props = checked_node(Node(node.id, node.label, props, node.revision))
    if text != node.props or not 1 <= node.revision < _INT64:
        raise InvalidNode(f"“{node.id}”的内容与写法不符，不能导入。")
    return props


def checked_edge(edge: Edge) -> tuple[Relation, str]:
    """Return the relation and the canonical JSON text of an edge's properties.

    Raises:
        InvalidRelation: unknown type, a loop, a bad property.
        NodeNotFound: no node can have the id of an end.
    """
    relation = checked_relation(edge.relation)
    if edge.source == edge.target:
        raise InvalidRelation(f"“{_shown(edge.source)}”不能与自身建立关系。")
    checked_id(edge.source)
    checked_id(edge.target)
    try:
        return relation, canonical(_plain_props(edge.props))
    except ValueError as problem:
        raise InvalidRelation(
            f"“{edge.source}”到“{edge.target}”的关系不能保存：{problem}"
        ) from None


def checked_relation(relation: Relation) -> Relation:
    """Return the relation type.

    Raises:
        InvalidRelation: there is no such type.
    """
    try:
        return Relation(relation)
    except ValueError:
        raise InvalidRelation(f"关系类型“{_shown(relation)}”不存在。") from None


def check_ends(edge: Edge, source: Label, target: Label) -> None:
    """Check an edge's type against the labels of its ends.

    Raises:
        InvalidRelation: the type may not connect them.
    """
    ends = RELATION_ENDS[edge.relation]
    if source not in ends.sources or target not in ends.targets:
        raise InvalidRelation(
            f"关系“{ends.forwards}”（{edge.relation}）不能从 {source} 指向 {target}："
            f"“{edge.source}”->“{edge.target}”。"
        )


def check_label_change(node_id: str, old: Label, new: Label) -> None:
    """Check that a node keeps its label, or stays an entry.

    Raises:
        InvalidNode: any other change.
    """
    if old != new and not {old, new} <= ENTRY_LABELS:
        raise InvalidNode(
            f"“{node_id}”是 {old}，不能改为 {new}；只有技术、装备、产品之间可以互改。"
        )


def check_relations(relations: Collection[Relation] | None) -> None:
    """Check the relation types that a traversal may follow.

    Raises:
        InvalidQuery: there is no such type.
    """
    for relation in relations or ():
        if relation not in set(Relation):
            raise InvalidQuery(f"关系类型“{_shown(relation)}”不存在。")


def check_limit(limit: int, most: int = MAX_LIMIT, name: str = "limit", least: int = 1) -> None:
    """Check a bound that a caller gives.

    Raises:
        InvalidQuery: not a whole number of `least`..`most`.
    """
    if isinstance(limit, bool) or not isinstance(limit, int) or not least <= limit <= most:
        raise InvalidQuery(f"{name} 应为 {least} 到 {most} 的整数，给出的是 {_shown(limit)}。")


def check_direction(direction: str, allowed: tuple[str, ...]) -> None:
    """Check a direction.

    Raises:
        InvalidQuery: none of `allowed`.
    """
    if direction not in allowed:
        raise InvalidQuery(f"方向应为 {'、'.join(allowed)} 之一，给出的是“{_shown(direction)}”。")


def check_field(name: str) -> None:
    """Check a property name in a query.

    Raises:
        InvalidQuery: no property can have it.
    """
    if not isinstance(name, str) or not _FIELD.fullmatch(name):
        raise InvalidQuery(f"属性名“{_shown(name)}”不合规：应为小写字母开头的字母、数字、下划线。")


def check_query(query: Query) -> None:
    """Check everything in a query but its cursor.

    Raises:
        InvalidQuery: bad label, limit, field name, value, relation or direction.
    """
    check_limit(query.limit)
    for label in query.labels:
        if label not in set(Label):
            raise InvalidQuery(f"类型“{_shown(label)}”不存在。")
    for condition in query.filters:
        _check_filter(condition)
    if query.order_by is not None:
        check_field(query.order_by)
    check_relations([related.relation for related in query.related])
    for related in query.related:
        check_direction(related.direction, ("out", "in"))


def _check_filter(condition: Filter) -> None:
    check_field(condition.field)
    value = condition.value
    if condition.op not in set(Op):
        raise InvalidQuery(f"比较方式“{_shown(condition.op)}”不存在。")
    if condition.op is Op.IN:
        if not isinstance(value, tuple) or len(value) > MAX_VALUES:
            raise InvalidQuery(f"“{condition.field}”的 in 应给出至多 {MAX_VALUES} 个值的元组。")
        for one in value:
            _check_operand(condition.field, one)
    elif condition.op is Op.EXISTS:
        if not isinstance(value, bool):
            raise InvalidQuery(f"“{condition.field}”的 exists 应给出真或假。")
    elif condition.op is Op.PREFIX and not isinstance(value, str):
        raise InvalidQuery(f"“{condition.field}”的 prefix 应给出文字。")
    elif isinstance(value, tuple):
        raise InvalidQuery(f"“{condition.field}”的 {condition.op} 只能给出一个值。")
    else:
        _check_operand(condition.field, value)


def _check_operand(name: str, value: Scalar) -> None:
    if not isinstance(value, str | int | float):
        raise InvalidQuery(f"“{name}”只能与文字、数字、真假比较。")
    try:
        _plain(value, name, 0)
    except ValueError as problem:
        raise InvalidQuery(f"查询条件不合规：{problem}") from None


def _plain_props(props: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(props, Mapping):
        raise ValueError("属性应为键值表。")  # noqa: TRY004 - one error type for all bad values
    plain: dict[str, Any] = {}
    for name, value in props.items():
        if not isinstance(name, str) or not _FIELD.fullmatch(name):
            raise ValueError(
                f"属性名“{_shown(name)}”不合规（应为小写字母开头的字母、数字、下划线）。"
            )
        if value is None:
            raise ValueError(f"属性“{name}”是空值；未知的属性应不写。")
        plain[name] = _plain(value, name, 0)
    return plain


def _plain(value: object, where: str, depth: int) -> Any:
    """Return the value in plain JSON types.

    Raises:
        ValueError: with a Chinese sentence.
    """
    if value is None or isinstance(value, str | int | float):
        return _plain_scalar(value, where)
    if depth >= _DEEPEST:
        raise ValueError(f"“{where}”嵌套超过 {_DEEPEST} 层。")
    if isinstance(value, list | tuple):
        return [_plain(one, where, depth + 1) for one in value]
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise ValueError(f"“{where}”的内层键应为文字。")
        return {
            _plain(key, where, depth + 1): _plain(one, where, depth + 1)
            for key, one in value.items()
        }
    raise ValueError(f"“{where}”的值是 {type(value).__name__}，不能保存。")


def _plain_scalar(value: Scalar | None, where: str) -> Scalar | None:
    """Return the value without its subclass (an enum becomes its text)."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        if _UNFIT.search(value):
            raise ValueError(f"“{where}”含有无法保存的字符（空字符或不成对的代理字符）。")
        return str.__str__(value)
    if isinstance(value, int):
        if not -_INT64 <= value < _INT64:
            raise ValueError(f"“{where}”的整数超出 64 位。")
        return int(value)
    if not math.isfinite(value):
        raise ValueError(f"“{where}”不是有限的数。")
    return float(value)


def _shown(value: object) -> str:
    return str(value).encode("utf-8", "replace").decode().replace("\x00", "?")[:80]
