"""The documented shapes of the API. They describe; answers are built as plain dicts.

Tests hold real answers to these shapes.
"""
