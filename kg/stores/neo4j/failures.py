"""Errors of the driver in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j import exceptions as driver  # noqa: TID251 - this folder owns Cypher

from kg.errors import InvalidNode, StoreBusy, StoreUnavailable, StoreUnreachable

CLOSED = "图谱已关闭，请重新打开。"
EMPTIED = "Neo4j 里的图谱已被清空，请重新启动本系统。"
LOST = "连不上 Neo4j，请检查服务器是否运行、地址是否正确。"
BUSY = "图谱正被其他操作写入，请稍后再试。"
GAP = (
    "图谱的变更记录缺少第 {} 条，检索和统计无法跟上后面的变更；"
    "请停止本系统，运行一次 greenkg reindex，再重新启动。"
)

_BUSY_CODES = ("LockAcquisitionTimeout", "LockClientStopped", "Deadlock")
_DOWN_CODE = "DatabaseUnavailable"
_MEMORY = (
    "这次操作超出了 Neo4j 允许的内存，请缩小范围；"
    "仍不行请管理员调大 db.memory.transaction.max 或服务器内存。"
)
# the first that fits
_SENTENCES = {
    "Unauthorized": "Neo4j 的用户名或密码不对，请检查连接设置。",
    "AuthenticationRateLimit": "Neo4j 因多次密码错误暂时拒绝登录，请核对密码后稍候再试。",
    "CredentialsExpired": "Neo4j 的初始密码还没有修改，请先修改密码。",
    "ReadOnlyDatabase": "Neo4j 数据库是只读的，无法保存，请检查它的设置。",
    "Forbidden": "Neo4j 用户没有所需的权限，请检查用户的角色。",
    "DatabaseNotFound": "Neo4j 里没有这个名称的数据库，请核对连接设置。",
    "NotALeader": "连接到的 Neo4j 服务器不接受写入，集群的地址请以 neo4j:// 开头。",
    "TransactionTimedOut": "Neo4j 没有在限定的时间内做完这次操作，已停止；"
    "请稍后再试，仍不行请缩小范围。",
    "TransactionMemoryLimit": _MEMORY,
    "TransactionOutOfMemory": _MEMORY,
    "OutOfMemory": "Neo4j 内存不足，图谱无法完成操作；请稍后再试，或给服务器增加内存。",
}


@contextmanager
def translated() -> Iterator[None]:
    """Turn every driver exception of the block into one of ours.

    Raises:
        StoreBusy, StoreUnreachable, StoreUnavailable, InvalidNode (a value larger than an index
        can hold).
    """
    try:
        yield
    except driver.IncompleteCommit as error:
        raise StoreUnavailable(
            "保存时与 Neo4j 的连接中断，不能确定是否已保存，请刷新后核对。"
        ) from error
    except driver.Neo4jError as error:
        raise _of_server(error) from error
    except (driver.ServiceUnavailable, driver.SessionExpired) as error:
        raise StoreUnreachable(LOST) from error
    except driver.DriverError as error:
        raise StoreUnavailable(f"与 Neo4j 的通信出错：{error}") from error


def _of_server(error: driver.Neo4jError) -> StoreUnavailable | InvalidNode:
    code, message = error.code or "", error.message or ""
    if any(part in code for part in _BUSY_CODES):
        return StoreBusy(BUSY)
    if "too large to index" in message:
        return InvalidNode("内容过大，无法保存。")
    if _DOWN_CODE in code:
        return StoreUnreachable("Neo4j 的数据库没有启动，请检查服务器。")
    for part, sentence in _SENTENCES.items():
        if part in code:
            return StoreUnavailable(sentence)
    return StoreUnavailable(f"Neo4j 出错：{message or code or error}")
