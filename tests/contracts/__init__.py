"""Contracts that several backends keep."""
