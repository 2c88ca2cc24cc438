"""The container files keep their promises, as far as one can read without a container engine."""

import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from web.problems import Exit
from web.settings import WEAK, Settings

ROOT = Path(__file__).parents[1]
PINNED = re.compile(r":\d+(\.\d+){2}(-[a-z0-9-]+)?$")
KNOWN = {f"KG_{name.upper()}" for name in Settings.model_fields}


def _text(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


@pytest.fixture(scope="module")
def services() -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = yaml.safe_load(_text("docker-compose.yml"))["services"]
    return found


def _instructions(word: str) -> list[str]:
    lines = _text("Dockerfile").replace("\\\n", " ").splitlines()
    return [line.removeprefix(word).strip() for line in lines if line.startswith(f"{word} ")]


class _Alive(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def answering() -> Iterator[int]:
    """Answer one request; give the port."""
    with HTTPServer(("127.0.0.1", 0), _Alive) as server:
        Thread(target=server.handle_request, daemon=True).start()
        yield server.server_port


def test_images_have_exact_versions(services: dict[str, dict[str, Any]]) -> None:
    own = services["web"]["image"]
    assert services["check"]["image"] == own
    assert services["check"]["pull_policy"] == "never"
    pulled = [service["image"] for service in services.values() if service["image"] != own]
    bases = [line.split(" AS ")[0] for line in _instructions("FROM")]
    assert len(set(bases)) == 1
    assert [image for image in (*pulled, *bases) if not PINNED.search(image)] == []


def test_nobody_is_root_or_can_become_it(services: dict[str, dict[str, Any]]) -> None:
    (own,) = _instructions("USER")
    for name, service in services.items():
        ours = service["image"] == services["web"]["image"]
        user = service.get("user", own if ours else "0")
        assert int(user.split(":")[0]) > 0, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_our_processes_write_to_their_volume_and_to_memory_only(
    services: dict[str, dict[str, Any]],
) -> None:
    for name in ("check", "web", "proxy"):
        assert services[name]["read_only"] is True
        assert services[name]["tmpfs"][0].startswith("/tmp:")
    assert services["web"]["volumes"] == ["web-data:/data"]
    assert _instructions("VOLUME") == ["/data"]
    assert all(one.endswith(":ro") for one in services["proxy"]["volumes"])


def test_there_is_no_password_but_the_one_that_is_given() -> None:
    text = _text("docker-compose.yml")
    uses = re.findall(r"\$\{NEO4J_PASSWORD[^}]*\}", text)
    assert len(uses) == 2
    assert all(use.startswith("${NEO4J_PASSWORD:?") for use in uses)
    assert "PASSWORD" not in re.sub(r"#.*", "", _text("Dockerfile"))
    assert {"neo4j", "password", "change-me"} <= WEAK


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "没有填写"),
        ("neo4j", "少于 8 个字符"),
        ("kurz123", "少于 8 个字符"),
        ("Password", "人人皆知"),
        ("change-me", "人人皆知"),
        ("dGVzdA/Zm9vYmFy+x==", "含有 /"),
        ("9b1deb4d3b7d4bad9bdd2b0d7b3dcb6d", ""),
    ],
)
def test_a_password_that_will_not_do_is_refused_before_the_database_keeps_it(
    services: dict[str, dict[str, Any]], tmp_path: Path, password: str, reason: str
) -> None:
    check = services["check"]
    assert services["neo4j"]["depends_on"] == {
        "check": {"condition": "service_completed_successfully"}
    }
    assert check["restart"] == "no"
    assert check["command"][0] == "python"
    ran = subprocess.run(
        [sys.executable, *check["command"][1:]],
        cwd=tmp_path,
        env={"KG_STORE_PASSWORD": password, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == (Exit.SETTING if reason else Exit.OK)
    assert reason in ran.stderr
    assert len(ran.stderr.splitlines()) == (1 if reason else 0)
    assert not password or password not in ran.stderr.replace("NEO4J_PASSWORD", "")


def test_every_setting_that_is_named_exists(services: dict[str, dict[str, Any]]) -> None:
    named = {name for name in services["web"]["environment"] if name.startswith("KG_")}
    named |= set(services["check"]["environment"])
    named |= set(re.findall(r"KG_[A-Z_]+", _text("Dockerfile")))
    assert named <= KNOWN
    assert {"KG_STORE", "KG_STORE_PASSWORD", "KG_DATA", "KG_EMBEDDING_MODEL"} <= named


def test_only_the_proxy_can_be_reached_from_outside(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["web"]["networks"] == services["neo4j"]["networks"] == ["inside"]
    assert services["check"]["network_mode"] == "none"
    networks = yaml.safe_load(_text("docker-compose.yml"))["networks"]
    assert networks["inside"] == {"internal": True}


def test_each_service_has_a_health_check_and_waits_for_the_one_below(
    services: dict[str, dict[str, Any]],
) -> None:
    assert "healthcheck" in services["neo4j"]
    assert "healthcheck" in services["proxy"]
    assert len(_instructions("HEALTHCHECK")) == 1
    assert services["web"]["depends_on"] == {"neo4j": {"condition": "service_healthy"}}
    assert services["proxy"]["depends_on"] == {"web": {"condition": "service_healthy"}}


def test_health_checks_go_through_no_proxy(services: dict[str, dict[str, Any]]) -> None:
    assert "--no-proxy" in services["neo4j"]["healthcheck"]["test"]
    at = services["proxy"]["healthcheck"]["test"].index("-Y")
    assert services["proxy"]["healthcheck"]["test"][at + 1] == "off"
    program = json.loads(_instructions("HEALTHCHECK")[0].partition("CMD ")[2])[2]
    with answering() as port:
        env = {"HTTP_PROXY": "http://127.0.0.1:1", "http_proxy": "http://127.0.0.1:1"}
        command = [sys.executable, "-c", program]
        subprocess.run(command, env={**env, "KG_PORT": str(port)}, check=True)


def test_ports_fit_together(services: dict[str, dict[str, Any]]) -> None:
    proxy = _text("docker/nginx.conf")
    assert f"web:{_instructions('EXPOSE')[0]};" in proxy
    assert str(Settings.model_fields["port"].default) == _instructions("EXPOSE")[0]
    (inner,) = re.findall(r"listen (\d+);", proxy)
    assert services["proxy"]["ports"][0].endswith(f":{inner}")
    assert f":{inner}/" in services["proxy"]["healthcheck"]["test"][-1]


def test_the_last_stage_has_no_tools_of_the_build() -> None:
    last = _text("Dockerfile").rpartition("\nFROM ")[2]
    assert not re.search(r"\b(pip|npm|apt-get|venv)\b", last)


def test_the_build_is_given_what_it_copies_and_no_secrets() -> None:
    lines = _text(".dockerignore").splitlines()
    allowed = {line[1:] for line in lines if line.startswith("!")}
    assert "*" in lines
    copied = {
        source
        for line in _instructions("COPY")
        if not line.startswith("--from=")
        for source in line.split()[:-1]
    }
    assert copied == allowed
    assert not any(fnmatch(name, one) for name in (".env", "data", ".git") for one in allowed)
    assert all((ROOT / name).exists() for name in allowed)


def test_the_dependencies_of_the_image_are_those_of_the_project() -> None:
    command = [sys.executable, ROOT / "docker" / "requirements.py"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    project = tomllib.loads(_text("pyproject.toml"))["project"]
    assert ran.stdout.splitlines() == project["dependencies"]
