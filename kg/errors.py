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


class StoreUnreachable(StoreUnavailable):
    """No server answers, or not yet; trying again later may succeed."""


class StoreBusy(StoreUnavailable):
    """Another process holds the write lock for too long; trying again later may succeed."""


class StoreTooNew(StoreUnavailable):
    """The data were written by a newer version of this software."""


class StoreForeign(StoreUnavailable):
    """There is something in this place, and it belongs to another program."""


class StoreUnfinished(StoreUnavailable):
    """An import into this graph is under way or was interrupted, so that it is not whole."""

    def __init__(self) -> None:
        super().__init__(
            "图谱正在导入，或上一次导入没有做完，内容还不完整，暂时不能使用；请等导入完成，"
            "或把原来的 greenkg copy 或 greenkg restore 命令再运行一次，它会接着做完。"
        )


class ImportConflict(GraphError):
    """Somebody else has changed the target of an import."""

    def __init__(self) -> None:
        super().__init__("另一个进程正在向同一个图谱写入，本次导入已停止，请确认只运行一个。")


class TransferRefused(GraphError):
    """A copy or restore may not begin: the target holds something else, or is the source."""


class TransferFailed(GraphError):
    """What was written differs from what was read."""


class BrokenBackup(GraphError):
    """A backup file is damaged, of a newer format, or no backup at all."""
