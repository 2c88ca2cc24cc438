"""For operators: is the process alive, and can it answer questions."""

from typing import Any

from fastapi import APIRouter
from fastapi.requests import Request
from fastapi.responses import JSONResponse

from kg.errors import StoreUnavailable
from web.deps import platform

router = APIRouter(include_in_schema=False)
NEVER_KEPT = {"Cache-Control": "no-store"}


@router.get("/healthz")
def alive() -> JSONResponse:
    """Say that the process answers; looks at nothing else."""
    return JSONResponse({"status": "ok"}, headers=NEVER_KEPT)


@router.get("/readyz")
def ready(request: Request) -> JSONResponse:
    """Say whether store and index can be used: 503 when not. Without a model it is ready."""
    checks = {"store": _store(request), "index": _index(request), "model": _model(request)}
    failed = [name for name, check in checks.items() if check["status"] == "failed"]
    body = {"status": "failed" if failed else "ok", "checks": checks}
    headers = {**NEVER_KEPT, **({"Retry-After": "5"} if failed else {})}
    return JSONResponse(body, 503 if failed else 200, headers=headers)


def _store(request: Request) -> dict[str, Any]:
    store = platform(request).store
    try:
        store.ping()
        return {"status": "ok", "position": store.position()}
    except StoreUnavailable as error:
        return {"status": "failed", "reason": str(error)}


def _index(request: Request) -> dict[str, Any]:
    engine = platform(request).engine
    try:
        engine.keeper.check()
    except StoreUnavailable as error:
        return {"status": "failed", "reason": str(error)}
    entries, demands = engine.view.entries, engine.view.demands
    return {
        "status": "ok",
        "position": engine.position,
        "entries": entries.table.size,
        "demands": demands.table.size,
    }


def _model(request: Request) -> dict[str, Any]:
    encoder = platform(request).encoder
    if encoder.lexical_only:
        return {"status": "absent", "reason": encoder.reason}
    return {"status": "ok", "name": encoder.name}
