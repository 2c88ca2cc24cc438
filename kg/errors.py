"""Facts that can go wrong in the graph, without any word of HTTP or of a driver.

Each error carries a Chinese sentence for people in `str(error)`: what is wrong and what to do.
"""


class GraphError(Exception):
    """Base of all errors that the graph raises on purpose."""


class NodeNotFound(GraphError):
    """No node has this id."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"没有编号为“{node_id}”的节点，请核对编号。")
        self.node_id = node_id


class DuplicateNode(GraphError):
    """A node that had to be new exists already."""

    def __init__(self, node_id: str) -> None:
        super().__init__(f"编号“{node_id}”已被使用，请换一个编号，或改为更新原有节点。")
        self.node_id = node_id


class StaleRevision(GraphError):
    """Somebody else has written the node since it was read (optimistic concurrency)."""

    def __init__(self, node_id: str, expected: int, actual: int) -> None:
        super().__init__(
            f"“{node_id}”在您打开之后已被他人修改"
            f"（您看到的是第 {expected} 版，现在是第 {actual} 版），请刷新后再改。"
        )
        self.node_id, self.expected, self.actual = node_id, expected, actual


class InvalidNode(GraphError):
    """A node breaks the model: wrong label, bad property, bad code."""


class InvalidRelation(GraphError):
    """A relation type is not allowed between these labels, or an end is missing."""


class InvalidQuery(GraphError):
    """A query names an unknown field, a bad limit, a cursor of another query."""


class UnitError(GraphError):
    """A unit is unknown, or a conversion has no physical meaning."""


class StoreUnavailable(GraphError):
    """The store cannot be reached or written now (connection, disk, permission)."""


class StoreBusy(StoreUnavailable):
    """Another process holds the write lock for too long; trying again later may succeed."""


class StoreTooNew(StoreUnavailable):
    """The data were written by a newer version of this software."""
