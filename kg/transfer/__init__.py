"""Whole graphs on the move: from store to store, into a backup file, and out of one.

No backend words here, and nothing of search or web: what else travels along (vectors) is handed
in as lines of text.
"""
