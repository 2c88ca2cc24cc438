"""Fixtures that all tests share: the platform with real seeds and model, a client, a browser."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.parts import all_parts, chromium, in_ci
from web.settings import Settings

if TYPE_CHECKING:
    from fastapi import FastAPI
    from fastapi.testclient import TestClient
    from playwright.sync_api import Browser, Page

    from web.bootstrap import Platform


def pytest_report_header() -> list[str]:
    return [str(part) for part in all_parts()]


def pytest_sessionstart(session: pytest.Session) -> None:
    absent = [part.name for part in all_parts() if part.needed and not part.found]
    if absent and in_ci() and not session.config.option.collectonly:
        raise pytest.UsageError(f"CI=true 时不能缺少：{'、'.join(absent)}")


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings of the person's own machine must not reach the tests."""
    for name in Settings.model_fields:
        monkeypatch.delenv(f"KG_{name.upper()}", raising=False)
    monkeypatch.setitem(Settings.model_config, "env_file", None)


@pytest.fixture(scope="session")
def cache(request: pytest.FixtureRequest) -> Path:
    """A folder that outlives the run: what takes long to make and never changes by itself."""
    return request.config.cache.mkdir("greenkg")


@pytest.fixture(scope="session")
def model_folder(cache: Path) -> Path:
    """The default embedding model, prepared once."""
    from search.model import is_prepared
    from web.embedding import prepare_model
    from web.progress import LineProgress

    folder = cache / "model"
    if not is_prepared(folder):
        prepare_model(folder, LineProgress())
    return folder


@pytest.fixture(scope="session")
def data_folder(cache: Path, model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh data folder in which the model and the vectors are the cached ones."""
    folder = tmp_path_factory.mktemp("data")
    (folder / "model").symlink_to(model_folder)
    (cache / "vectors").mkdir(exist_ok=True)
    (folder / "vectors").symlink_to(cache / "vectors")
    return folder


@pytest.fixture(scope="session")
def platform(data_folder: Path) -> Iterator["Platform"]:
    """The whole system with real seeds and the real model. Tests leave its graph as it is."""
    from web.bootstrap import open_platform

    with open_platform(Settings(_env_file=None, data=data_folder)) as opened:
        assert opened.encoder.reason is None
        yield opened


@pytest.fixture(scope="session")
def app(platform: "Platform") -> "FastAPI":
    from web.app import create_app

    return create_app(platform)


@pytest.fixture(scope="session")
def client(app: "FastAPI") -> Iterator["TestClient"]:
    from fastapi.testclient import TestClient

    with TestClient(app) as opened:
        yield opened


@pytest.fixture(scope="session")
def server(app: "FastAPI") -> Iterator[str]:
    """The address of the application behind a real server, for browsers."""
    import uvicorn

    from web.preflight import bind

    bound = bind("127.0.0.1", 0)
    running = uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False))
    thread = threading.Thread(target=running.run, kwargs={"sockets": [bound]}, daemon=True)
    thread.start()
    patience = time.monotonic() + 20
    while not running.started and thread.is_alive() and time.monotonic() < patience:
        time.sleep(0.02)
    assert running.started
    yield f"http://127.0.0.1:{bound.getsockname()[1]}"
    running.should_exit = True
    thread.join(20)
    bound.close()


@pytest.fixture(scope="session")
def browser() -> Iterator["Browser"]:
    """A Chromium of the machine; where there is none the report's header says so."""
    from playwright.sync_api import sync_playwright

    path = chromium()
    if path is None:
        pytest.skip("没有 Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser: "Browser", server: str) -> Iterator["Page"]:
    """A fresh page in Chinese; `page.goto("/…")` is relative to the server."""
    context: Any = browser.new_context(base_url=server, locale="zh-CN")
    yield context.new_page()
    context.close()
