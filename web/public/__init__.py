"""Pages that everybody may read."""

from fastapi import APIRouter

from web.public import (
    about,
    browse,
    browse_lists,
    compare,
    demand,
    demands,
    dossier_files,
    entry,
    feedback,
    graph,
    home,
    linked_data,
    linked_data_lists,
    organization,
    organizations,
    results,
    suggest,
)

HEADS = (linked_data, linked_data_lists)
"""Modules that tell `head.head_of` about the pages when they are imported."""

router = APIRouter(include_in_schema=False)
for page in (home, results, suggest, entry, demand, demands, organization, organizations, compare):
    router.include_router(page.router)
for page in (
    browse_lists,
    browse,
    about,
    dossier_files,
    feedback,
    graph,
):  # the list of gaps before any kind of that name
    router.include_router(page.router)
