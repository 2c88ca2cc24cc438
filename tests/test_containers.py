"""The container files keep their promises, as far as one can read without a container engine."""

import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest
import yaml

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


def test_images_have_exact_versions(services: dict[str, dict[str, Any]]) -> None:
    pulled = [service["image"] for service in services.values() if "build" not in service]
    bases = [line.split(" AS ")[0] for line in _instructions("FROM")]
    assert len(set(bases)) == 1
    assert [image for image in (*pulled, *bases) if not PINNED.search(image)] == []


def test_nobody_is_root_or_can_become_it(services: dict[str, dict[str, Any]]) -> None:
    (own,) = _instructions("USER")
    for name, service in services.items():
        user = service.get("user", own if "build" in service else "0")
        assert int(user.split(":")[0]) > 0, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name


def test_our_processes_write_to_their_volume_and_to_memory_only(
    services: dict[str, dict[str, Any]],
) -> None:
    for name in ("web", "proxy"):
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


def test_every_setting_that_is_named_exists(services: dict[str, dict[str, Any]]) -> None:
    named = {name for name in services["web"]["environment"] if name.startswith("KG_")}
    named |= set(re.findall(r"KG_[A-Z_]+", _text("Dockerfile")))
    assert named <= KNOWN
    assert {"KG_STORE", "KG_STORE_PASSWORD", "KG_DATA", "KG_EMBEDDING_MODEL"} <= named


def test_only_the_proxy_can_be_reached_from_outside(services: dict[str, dict[str, Any]]) -> None:
    assert [name for name, service in services.items() if "ports" in service] == ["proxy"]
    assert services["web"]["networks"] == services["neo4j"]["networks"] == ["inside"]
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
