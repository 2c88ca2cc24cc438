"""Files that appear whole or not at all."""

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kg.errors import TransferRefused


@contextmanager
def new_file(file: Path, *, force: bool = False) -> Iterator[tuple[IO[bytes], Path]]:
    """Give a file to write, for its owner alone, and where it is; an end without error names it.

    It is written beside its place under another name, which a crash leaves behind and the next
    try uses again.

    Raises:
        TransferRefused: the file exists (unless `force`), or another process is writing it.
        OSError.
    """
    if file.is_dir():
        raise TransferRefused(f"{file} 是一个目录，请给出文件名。")
    if file.exists() and not force:
        raise TransferRefused(f"文件 {file} 已存在，没有覆盖它；要覆盖请加 --force。")
    part = file.with_name(f".{file.name}.part")
    with _alone(part) as opened:
        try:
            yield opened, part
            opened.flush()
            os.fsync(opened.fileno())
            if force:
                part.replace(file)
            else:
                _name(part, file)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
        keep_name(file)


@contextmanager
def _alone(part: Path) -> Iterator[IO[bytes]]:
    while True:
        handle = _open(part)
        with os.fdopen(handle, "r+b") as opened:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise TransferRefused(f"另一个进程正在写 {part}，请等它完成。") from None
            # whoever held it may have given it its name in the meantime
            if part.exists() and part.stat().st_ino == os.fstat(handle).st_ino:
                opened.truncate(0)
                yield opened
                return


def _open(part: Path) -> int:
    try:
        return os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        if error.errno != errno.ELOOP:
            raise
        raise TransferRefused(f"{part} 是一个链接，没有写它指向的文件；请删除它再试。") from None


def _name(part: Path, file: Path) -> None:
    """Give the file its name unless somebody has taken that since."""
    try:
        os.link(part, file)
    except FileExistsError:
        raise TransferRefused(f"文件 {file} 已存在，没有覆盖它；要覆盖请加 --force。") from None
    except OSError:  # file systems without a second name
        part.rename(file)
    else:
        part.unlink()


def keep_name(file: Path) -> None:
    """Make the name of a file survive a power failure."""
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
