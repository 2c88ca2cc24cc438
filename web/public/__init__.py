"""Pages that everybody may read."""

from fastapi import APIRouter

from web.public import (
    about,
    browse,
    browse_lists,
    compare,
    demand,
    demands,
    entry,
    feedback,
    home,
    organization,
    organizations,
    results,
    suggest,
)

router = APIRouter(include_in_schema=False)
for page in (home, results, suggest, entry, demand, demands, organization, organizations, compare):
    router.include_router(page.router)
for page in (
    browse_lists,
    browse,
    about,
    feedback,
):  # the list of gaps before any kind of that name
    router.include_router(page.router)
