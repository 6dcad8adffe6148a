"""Followspot: instruments for leading from behind.

`import followspot` costs nothing; the library behind these names is read when one is first used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from followspot.library import (
        Absence,
        DailyCounts,
        History,
        judge,
        read_events,
        read_git,
        reading,
        step_away,
    )

__version__ = "0.1.0"
__all__ = [
    "Absence",
    "DailyCounts",
    "History",
    "judge",
    "plan",
    "read_events",
    "read_git",
    "reading",
    "step_away",
]


def __getattr__(name: str) -> Any:
    if name in __all__:
        return getattr(importlib.import_module("followspot.library"), name)
    raise AttributeError(f"module 'followspot' has no attribute '{name}'")
