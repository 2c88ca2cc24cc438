"""Serves the application: binds the address first, prepares, then answers and says where."""

import gc
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any, NoReturn

from web.bootstrap import open_platform
from web.preflight import bind, check_folder
from web.problems import PortInUse
from web.progress import Progress
from web.settings import Settings
from web.terminal import say

if TYPE_CHECKING:
    from fastapi import FastAPI

STOPPING = 5
"""Seconds that running requests are given when the server stops."""


def serve(settings: Settings, progress: Progress, *, log: bool = False) -> None:
    """Serve until a signal: Ctrl-C raises KeyboardInterrupt, SIGTERM ends with exit code 0.

    Raises:
        Problem: the port or the data folder cannot be used, or the disk is full.
        StoreUnavailable: the store cannot be opened.
    """
    signal.signal(signal.SIGTERM, _stop)
    check_folder(settings.data)
    gc.disable()  # nothing made here becomes garbage; a start is a fifth quicker
    with (
        bind(settings.host, settings.port) as bound,
        open_platform(settings, progress, follow=True, meanwhile=_import_pages) as platform,
    ):
        from web.app import create_app

        gc.freeze()
        gc.enable()
        if platform.encoder.reason:
            say(f"注意：{platform.encoder.reason}检索只按词语进行。")
        try:
            greeting = f"已启动：{settings.address}"
            run(create_app(platform), bound, greeting, proxies=settings.proxies, log=log)
        except OSError as error:  # somebody else began to listen while we were preparing
            raise PortInUse(settings.host, settings.port) from error


def run(
    app: "FastAPI", bound: socket.socket, greeting: str, *, proxies: str, log: bool = False
) -> None:
    """Answer requests on the bound socket; the greeting is printed when that has begun.

    Visitors' addresses are taken from what the `proxies` say, and from nobody else.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets)
            if self.started:
                sys.stdout.write(f"{greeting}（按 Ctrl-C 停止）\n")
                sys.stdout.flush()

    config = uvicorn.Config(
        app,
        log_level="info" if log else "warning",
        access_log=log,
        server_header=False,
        forwarded_allow_ips=proxies,
        timeout_graceful_shutdown=STOPPING,
    )
    Server(config).run(sockets=[bound])


def _import_pages() -> None:

    import web.app  # noqa: F401


def _stop(_signal: int, _frame: Any) -> NoReturn:
    raise SystemExit(0)
