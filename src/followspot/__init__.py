"""Followspot: instruments for leading from behind."""

__version__ = "0.1.0"
