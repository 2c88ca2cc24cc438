"""What request handlers are given: the opened platform, and a form read within bounds."""

from typing import Annotated, cast
from urllib.parse import parse_qsl

from fastapi import Depends, HTTPException, Request

from web.bootstrap import Platform

MAX_FORM = 512_000
"""Bytes of a posted form: 10,000 Chinese characters take 90,000."""
MAX_FIELDS = 500

Pairs = list[tuple[str, str]]


def platform(request: Request) -> Platform:
    """Return the platform that the application was created with."""
    return cast("Platform", request.app.state.platform)


async def form_fields(request: Request) -> Pairs:
    """Return the fields of an urlencoded form in their order, blank ones kept.

    Raises:
        HTTPException: 413 when the form is too large, 422 when it has too many fields.
    """
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_FORM:
            raise HTTPException(413, "提交的文字太长，请删减到 10,000 字以内再查找。")
    try:
        fields = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS
        )
    except ValueError:
        raise HTTPException(422, "提交的筛选条件太多，请减少一些再查找。") from None
    request.state.fields = fields  # kept by the error page, should anything fail from here on
    return fields


Served = Annotated[Platform, Depends(platform)]
Form = Annotated[Pairs, Depends(form_fields)]
