"""Checks before the long work: the port is free, the folder writable, no other process at it."""

import errno
import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from web.problems import FULL, BadAddress, DiskFull, FolderNotWritable, PortInUse, reason_of
from web.progress import Progress


def bind(host: str, port: int) -> socket.socket:
    """Return a bound socket that does not listen yet; port 0 takes any free one.

    Raises:
        PortInUse, BadAddress.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise BadAddress(host, port, "地址无法识别") from error
    family, kind, protocol, _name, address = found[0]
    bound = socket.socket(family, kind, protocol)
    # else the port stays blocked for a minute after the last server has gone
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind(address)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(host, port) from error
        raise BadAddress(host, port, reason_of(error)) from error
    return bound


def check_folder(folder: Path) -> None:
    """Make the folder if need be, and write a small file in it.

    Raises:
        FolderNotWritable, DiskFull.
    """
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            probe.write_bytes(b"x" * 4096)
        finally:
            probe.unlink(missing_ok=True)
    except OSError as error:
        if error.errno in FULL:
            raise DiskFull(folder) from error
        raise FolderNotWritable(folder, reason_of(error)) from error


@contextmanager
def alone(folder: Path, progress: Progress) -> Iterator[None]:
    """Let one process at a time prepare the folder; the others wait and find all done."""
    with (folder / ".lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with progress.step("另一个进程正在准备数据，等它完成"):
                fcntl.flock(file, fcntl.LOCK_EX)
        yield
