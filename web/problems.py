"""What can stop the program: one Chinese sentence and one exit code each.

`docs/cli.md` lists the codes and is held to `Exit` by a test.
"""

import errno
import shutil
from enum import IntEnum
from pathlib import Path
from typing import Any

from kg.errors import GraphError, StoreUnavailable
from search.errors import SearchError

FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
"""Error numbers of a disk, or of a share of it, without space."""


class Exit(IntEnum):
    """Exit codes of `greenkg`."""

    OK = 0
    FAILED = 1
    USAGE = 2
    SETTING = 3
    PORT = 4
    FOLDER = 5
    DISK_FULL = 6
    STORE = 7
    INTERRUPTED = 130


MEANINGS: dict[Exit, str] = {
    Exit.OK: "成功",
    Exit.FAILED: "没有完成：找不到条目、输入文件有误，或其他错误",
    Exit.USAGE: "命令行写法有误",
    Exit.SETTING: "设置有误",
    Exit.PORT: "端口被占用，或地址不可用",
    Exit.FOLDER: "目录不存在、不可写或没有权限",
    Exit.DISK_FULL: "磁盘已满",
    Exit.STORE: "图谱打不开：文件损坏、被占用或由更新的版本写成，连不上 Neo4j 或被它拒绝",
    Exit.INTERRUPTED: "被 Ctrl-C 中断",
}


class Problem(Exception):
    """Stops the program; `str(problem)` is the sentence, `code` the exit code."""

    def __init__(self, text: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(text)
        self.code = code


class BadSetting(Problem):
    """A setting has a value that cannot be used."""

    def __init__(self, variable: str, given: Any, reason: str) -> None:
        what = (
            f"设置 {variable} 没有填写" if given == "" else f"设置 {variable} 的值“{given}”不能用"
        )
        super().__init__(f"{what}：{reason}。", Exit.SETTING)
        self.variable = variable


class PortInUse(Problem):
    """Another process listens there already."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(
            f"{host} 的端口 {port} 已被占用，请关闭占用它的程序，"
            f"或换一个端口：KG_PORT={port + 1 if port < 65535 else 8000}。",
            Exit.PORT,
        )


class BadAddress(Problem):
    """The host cannot be listened on."""

    def __init__(self, host: str, port: int, reason: str) -> None:
        super().__init__(
            f"无法在 {host}:{port} 上监听（{reason}），请检查 KG_HOST 和 KG_PORT。", Exit.PORT
        )


class FolderNotWritable(Problem):
    """The data folder cannot be made or written."""

    def __init__(self, folder: Path, reason: str) -> None:
        super().__init__(
            f"数据目录 {folder} 不能写入（{reason}），请改正权限，或用 KG_DATA 换一个目录。",
            Exit.FOLDER,
        )


class DiskFull(Problem):
    """There is no space left."""

    def __init__(self, folder: Path, instead: str = "用 KG_DATA 换一个目录") -> None:
        super().__init__(
            f"磁盘已满，无法写入 {folder}，请腾出至少 1 GB 空间后重试，或{instead}。",
            Exit.DISK_FULL,
        )


def explain(error: BaseException, folder: Path) -> Problem | None:
    """Return the problem that an error of the start means to a person; None for a bug."""
    from seeds.errors import BrokenSeed

    if isinstance(error, DiskFull):
        return error
    chain: list[BaseException] = []
    seen: BaseException | None = error
    while seen is not None and seen not in chain:
        chain.append(seen)
        seen = seen.__cause__ or seen.__context__
    if any(isinstance(e, OSError) and e.errno in FULL for e in chain):
        return DiskFull(folder)
    if isinstance(error, StoreUnavailable) and _is_full(folder):
        return DiskFull(folder)
    if isinstance(error, OSError):
        return _system_problem(error, folder)
    plain: tuple[tuple[type[BaseException], Exit], ...] = (*_PLAIN, (BrokenSeed, Exit.FAILED))
    code = next((code for kind, code in plain if isinstance(error, kind)), None)
    if isinstance(error, Problem) or code is None:
        return error if isinstance(error, Problem) else None
    return Problem(_WORDS.get(type(error)) or str(error), code)


def _system_problem(error: OSError, folder: Path) -> Problem:
    if error.errno not in _ABOUT_FOLDERS:
        return Problem(f"系统出错：{reason_of(error)}。")
    where = Path(error.filename) if isinstance(error.filename, str) else folder
    return FolderNotWritable(where, reason_of(error))


def _is_full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < 2**20
    except OSError:
        return False


_WORDS: dict[type[BaseException], str] = {
    KeyboardInterrupt: "已中断。",
    MemoryError: "内存不足，请关闭其他程序后重试。",
}
_PLAIN: tuple[tuple[type[BaseException], Exit], ...] = (
    (KeyboardInterrupt, Exit.INTERRUPTED),
    (MemoryError, Exit.FAILED),
    (StoreUnavailable, Exit.STORE),
    (GraphError, Exit.FAILED),
    (SearchError, Exit.FAILED),
)
_ABOUT_FOLDERS = frozenset({
    errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST, errno.ENOENT,
    errno.ENAMETOOLONG,
})  # fmt: skip
_REASONS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "文件系统只读",
    errno.ENOTDIR: "路径中有一段不是目录",
    errno.EEXIST: "已有同名文件",
    errno.ENOENT: "路径不存在",
    errno.ENAMETOOLONG: "路径太长",
    errno.EADDRNOTAVAIL: "本机没有这个地址",
}


def reason_of(error: OSError) -> str:
    """Say an operating system error in Chinese, or in its own words when it is a rare one."""
    return _REASONS.get(error.errno or 0, error.strerror or str(error))
