"""Curated data with sources: vocabularies, entries, organisations, demands; checks and load."""

from pathlib import Path

from search.lexicon import Lexicon, read_lexicon
from seeds.errors import BrokenSeed, Problem
from seeds.files import FOLDER
from seeds.load import Loaded, load

__all__ = ["FOLDER", "BrokenSeed", "Loaded", "Problem", "lexicon", "load"]


def lexicon(folder: Path | None = None) -> Lexicon:
    """Return the words of the field from `vocab/` of a seed folder (default: the packaged one)."""
    return read_lexicon((folder or FOLDER) / "vocab")
