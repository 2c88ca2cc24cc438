"""Pages that everybody may read."""

from fastapi import APIRouter

from web.public import (
    about,
    accessibility,
    browse,
    browse_lists,
    compare,
    demand,
    demands,
    dossier_files,
    entry,
    export,
    feed,
    feedback,
    graph,
    home,
    linked_data,
    linked_data_about,
    linked_data_lists,
    opensearch,
    organization,
    organizations,
    results,
    robots,
    sitemap,
    suggest,
    symbiosis,
)

HEADS = (linked_data, linked_data_about, linked_data_lists)
"""Modules that tell `head.head_of` about the pages when they are imported."""

FILES = (feed, export, sitemap, robots, opensearch)
"""What programs and offices fetch; the feed of a result list before its files."""

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
    symbiosis,
):  # the list of gaps before any kind of that name
    router.include_router(page.router)
for files in (*FILES, accessibility):
    router.include_router(files.router)
