"""Checks that take no time and come before the long work: the port is free, the folder writable."""

import errno
import os
import socket
from pathlib import Path

from web.problems import BadAddress, DiskFull, FolderNotWritable, PortInUse, reason_of


def check_port(host: str, port: int) -> None:
    """Bind the address for a moment.

    Raises:
        PortInUse, BadAddress.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError) as error:
        raise BadAddress(host, port, "地址无法识别") from error
    family, kind, protocol, _name, address = found[0]
    with socket.socket(family, kind, protocol) as probe:
        if os.name != "nt":  # there it would allow a port in use
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(address)
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise PortInUse(host, port) from error
            raise BadAddress(host, port, reason_of(error)) from error


def check_folder(folder: Path) -> None:
    """Make the folder if need be, and write a small file in it.

    Raises:
        FolderNotWritable, DiskFull.
    """
    probe = folder / f".probe-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise DiskFull(folder) from error
        raise FolderNotWritable(folder, reason_of(error)) from error
