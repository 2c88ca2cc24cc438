"""Processes and servers that are killed in the middle of imports."""
