"""Routes that take a body: one that is too large is refused before it is read whole.

The framework's own limit answers in plain text, not as problem details.
"""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException
from fastapi.requests import Request
from fastapi.responses import Response
from fastapi.routing import APIRoute
from starlette.types import Message

MAX_BODY = 256 * 1024
"""Bytes of a request body; 10,000 Chinese characters escaped as JSON take 60,000."""


class BoundedRoute(APIRoute):
    """A route whose body is at most `MAX_BODY` bytes; 413 otherwise."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the usual handler, reading through a counter."""
        handle = super().get_route_handler()

        async def bounded(request: Request) -> Response:
            taken = 0

            async def receive() -> Message:
                nonlocal taken
                message = await request.receive()
                taken += len(message.get("body", b""))
                if taken > MAX_BODY:
                    raise HTTPException(413)
                return message

            return await handle(Request(request.scope, receive))

        return bounded
