"""The JSON API under /api/v1: one router per noun, gathered here."""

from fastapi import APIRouter, Depends

from web.api import (
    changes,
    demands,
    entries,
    explaining,
    finding,
    graph,
    organizations,
    symbiosis,
    vocabularies,
)
from web.api.parameters import refuse_unknown
from web.api.responses import COMMON

PREFIX = "/api/v1"

router = APIRouter(
    prefix=PREFIX,
    dependencies=[Depends(refuse_unknown)],
    responses=COMMON,
    generate_unique_id_function=lambda route: route.name,
)
for part in (
    finding,
    entries,
    organizations,
    demands,
    graph,
    symbiosis,
    vocabularies,
    changes,
    explaining,
):
    router.include_router(part.router)
