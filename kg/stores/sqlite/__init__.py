"""The graph in one SQLite file (or in memory); the only folder that speaks SQL."""

from kg.stores.sqlite.store import SqliteGraphStore

__all__ = ["SqliteGraphStore"]
