"""Backends of the graph, one folder each, and the checks and cursors that they share."""
