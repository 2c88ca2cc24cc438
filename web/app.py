"""The application: pages, API and static files around one opened platform."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from fastapi.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from web import api, assets, errors, health, public
from web.bootstrap import Platform
from web.middleware import HeadLikeGet, PathPrefix, SecurityHeaders
from web.public.about_counts import SurveyKeeper
from web.public.browse_keeper import HoldingsKeeper
from web.public.entry_peers import PeerKeeper
from web.public.feedback_desk import FeedbackDesk
from web.public.listing import ListKeeper
from web.public.site import NAME, FactsKeeper

SMALLEST_GZIP = 1000


class Site(FastAPI):
    """The application with prefix and headers around everything, the error handlers too."""

    prefix = ""

    def build_middleware_stack(self) -> ASGIApp:
        """Return the usual stack, wrapped: answers to unexpected errors carry the headers too."""
        inner = HeadLikeGet(SecurityHeaders(super().build_middleware_stack()))
        return PathPrefix(inner, self.prefix)


@asynccontextmanager
async def _counting(app: FastAPI) -> AsyncIterator[None]:
    """Count what browse pages show beside the requests, for as long as the application runs."""
    keeper: HoldingsKeeper = app.state.holdings
    keeper.start()
    try:
        yield
    finally:
        await run_in_threadpool(keeper.close)


def create_app(platform: Platform) -> FastAPI:
    """Return the application that serves this platform. It opens nothing itself."""
    app = Site(
        title=NAME,
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_counting,
        middleware=[Middleware(GZipMiddleware, minimum_size=SMALLEST_GZIP)],
    )
    app.prefix = platform.settings.root_path
    app.state.platform = platform
    app.state.assets = assets.scan()
    app.state.facts = FactsKeeper(platform)
    app.state.lists = ListKeeper()
    app.state.survey = SurveyKeeper(platform)
    app.state.holdings = HoldingsKeeper(platform)
    app.state.feedback = FeedbackDesk(platform.store)
    app.state.peers = PeerKeeper(platform)
    app.include_router(public.router)
    app.include_router(assets.router)
    app.include_router(health.router)
    app.include_router(api.router)
    errors.install(app)
    return app
