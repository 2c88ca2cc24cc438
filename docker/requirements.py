"""Prints what pyproject.toml says the program depends on, one line each, for pip."""

import tomllib
from pathlib import Path

project = tomllib.loads(Path("pyproject.toml").read_text("utf-8"))["project"]
print("\n".join(project["dependencies"]))  # noqa: T201
