"""What each error means to the outside: one table from error classes to status, code and title.

Requests under /api and for .json are answered with problem details (RFC 9457), all others with a
page. How a wrong parameter is explained stands in `web.api.complaints`.
"""

import json
import logging
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from kg.errors import (
    BrokenBackup,
    DuplicateNode,
    ImportConflict,
    InvalidNode,
    InvalidQuery,
    InvalidRelation,
    NodeNotFound,
    StaleRevision,
    StoreBusy,
    StoreForeign,
    StoreTooNew,
    StoreUnavailable,
    StoreUnfinished,
    StoreUnreachable,
    TransferFailed,
    TransferRefused,
    UnitError,
)
from search.errors import BadJudgements, InvalidRequest, ModelUnavailable

PROBLEM_JSON = "application/problem+json"
API = "/api"
log = logging.getLogger("greenkg.web")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error is to the outside. `code` is stable; `retry_after` is in seconds."""

    status: int
    code: str
    title: str
    retry_after: int | None = None


MEANINGS: Mapping[type[Exception], Meaning] = {
    NodeNotFound: Meaning(404, "node-not-found", "没有这个编号"),
    DuplicateNode: Meaning(409, "duplicate-node", "编号已被使用"),
    StaleRevision: Meaning(409, "stale-revision", "内容已被他人修改"),
    InvalidNode: Meaning(422, "invalid-node", "内容不合规"),
    InvalidRelation: Meaning(422, "invalid-relation", "关系不合规"),
    InvalidQuery: Meaning(400, "invalid-query", "查询条件有误"),
    UnitError: Meaning(422, "unit-error", "单位不认识或不能换算"),
    StoreBusy: Meaning(503, "store-busy", "数据正忙", retry_after=2),
    StoreForeign: Meaning(503, "store-foreign", "数据不是图谱", retry_after=3600),
    StoreTooNew: Meaning(503, "store-too-new", "数据由更新的版本写成", retry_after=3600),
    StoreUnfinished: Meaning(503, "store-unfinished", "数据正在导入", retry_after=60),
    StoreUnreachable: Meaning(503, "store-unreachable", "数据暂时不可用", retry_after=5),
    StoreUnavailable: Meaning(503, "store-unavailable", "数据暂时不可用", retry_after=30),
    ImportConflict: Meaning(409, "import-conflict", "另一个进程正在导入"),
    TransferRefused: Meaning(409, "transfer-refused", "不能导入到这里"),
    TransferFailed: Meaning(500, "transfer-failed", "导入没有成功"),
    BrokenBackup: Meaning(422, "broken-backup", "备份文件有误"),
    InvalidRequest: Meaning(400, "invalid-search", "检索条件有误"),
    ModelUnavailable: Meaning(503, "model-unavailable", "向量模型不可用", retry_after=60),
    BadJudgements: Meaning(422, "bad-judgements", "评测文件有误"),
    RequestValidationError: Meaning(422, "invalid-parameters", "参数有误"),
}
"""By class; a subclass without a row of its own has the row of its nearest base."""

STATUSES: Mapping[int, Meaning] = {
    404: Meaning(404, "not-found", "没有这个地址"),
    405: Meaning(405, "method-not-allowed", "不支持这种请求方法"),
    413: Meaning(413, "too-large", "内容太大"),
}
_DETAILS = {
    400: "请求无法读取，请检查请求体和请求头。",
    404: "没有“{path}”这个地址，请核对网址。",
    405: "“{path}”不支持 {method} 方法，可用的方法见响应头 Allow。",
    413: "发来的内容太大，请缩短后再试。",
}
_TOLD: Mapping[type[Exception], str] = {
    StoreUnreachable: "数据库暂时连不上，系统正在重新连接，一般几秒钟就好。请稍后再试。",
    StoreUnavailable: "数据库暂时不能用，需要管理员处理。请过一会儿再试。",
}
"""What visitors are told where the error's own words are for whoever runs the system (the log)."""
UNEXPECTED = Meaning(500, "unexpected", "系统出错")
OTHER = Meaning(400, "http-error", "请求没有完成")
VALIDATION_DETAIL = "有 {count} 处要改：{first}"


def meaning_of(error: Exception) -> Meaning:
    """Return the row of the error's class or nearest base; 500 when there is none."""
    if isinstance(error, HTTPException):
        other = Meaning(error.status_code, OTHER.code, OTHER.title)
        return STATUSES.get(error.status_code, other)
    return next((MEANINGS[c] for c in type(error).__mro__ if c in MEANINGS), UNEXPECTED)


def all_meanings() -> list[Meaning]:
    """Return every row, for the documentation."""
    return [*MEANINGS.values(), *STATUSES.values(), OTHER, UNEXPECTED]


def path_within(request: Request) -> str:
    """Return the path below the prefix that the site runs under."""
    path: str = request.scope["path"]
    root = str(request.scope.get("root_path", "")).rstrip("/")
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def install(app: FastAPI) -> None:
    """Make the app answer every error as the table says."""
    for error in (*MEANINGS, HTTPException):
        app.add_exception_handler(error, respond)
    app.add_exception_handler(Exception, respond)


def respond(request: Request, error: Exception) -> Response:
    """Answer an error; unexpected ones are logged under a number and not told."""
    meaning = meaning_of(error)
    reference = None
    errors: Sequence[Mapping[str, str]] = ()
    if meaning.status >= 500:
        reference = secrets.token_hex(4)
        level = logging.ERROR if meaning is UNEXPECTED else logging.WARNING
        trace = error if meaning is UNEXPECTED else None
        words = (reference, request.method, request.url.path, error)
        log.log(level, "%s %s %s: %s", *words, exc_info=trace)
    if meaning is UNEXPECTED:
        detail = f"系统出了意外的问题，已经记录。请稍后再试；如需帮助，请提供编号 {reference}。"
    elif isinstance(error, HTTPException):
        detail = _http_detail(request, error)
    elif isinstance(error, RequestValidationError):
        from web.api.complaints import complaints

        errors = complaints(error)
        detail = VALIDATION_DETAIL.format(count=len(errors), first=errors[0]["message"])
    else:
        detail = _TOLD.get(type(error)) or str(error)
    headers = dict(getattr(error, "headers", None) or {})
    if meaning.retry_after is not None:
        headers["Retry-After"] = str(meaning.retry_after)
    within = path_within(request)
    if within == API or within.startswith(f"{API}/") or within.endswith(".json"):
        return _problem(request, meaning, detail, errors, reference, headers)
    if isinstance(error, NodeNotFound):
        from web.public.errors import no_such

        detail = no_such(within, error.node_id)
    return _page(request, meaning, detail, reference, headers)


def _http_detail(request: Request, error: HTTPException) -> str:
    if not error.detail.isascii():  # words of our own
        return error.detail
    text = _DETAILS.get(error.status_code, "请求没有完成（状态 {status}）。")
    return text.format(path=request.url.path, method=request.method, status=error.status_code)


def _problem(
    request: Request,
    meaning: Meaning,
    detail: str,
    errors: Sequence[Mapping[str, str]],
    reference: str | None,
    headers: Mapping[str, str],
) -> Response:
    root = str(request.scope.get("root_path", "")).rstrip("/")
    body: dict[str, Any] = {
        "type": f"{root}/api/v1/docs#{meaning.code}",
        "title": meaning.title,
        "status": meaning.status,
        "detail": detail,
        "instance": quote(request.url.path),
        "code": meaning.code,
    }
    if errors:
        body["errors"] = errors
    if reference:
        body["reference"] = reference
    content = json.dumps(body, ensure_ascii=False).encode("utf-8", "replace")
    return Response(content, meaning.status, headers, PROBLEM_JSON)


def _page(
    request: Request,
    meaning: Meaning,
    detail: str,
    reference: str | None,
    headers: Mapping[str, str],
) -> Response:
    from web.public.errors import error_page

    response: Response = error_page(request, meaning.status, meaning.title, detail, reference)
    response.headers.update(headers)
    return response
