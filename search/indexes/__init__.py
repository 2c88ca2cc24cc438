"""Implementations of `search.index.Index`."""
