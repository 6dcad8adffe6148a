"""ARCHITECTURE.md shows the house as it is."""

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
SOURCE = ROOT / "src" / "followspot"


def rooms():
    """Every folder and module of the house, as its map writes them."""
    for path in sorted(SOURCE.rglob("*")):
        if {"__pycache__", "migrations", "static", "templates", "charts", "print", "locale"} & set(
            path.relative_to(SOURCE).parts
        ):
            continue
        if path.suffix == ".py" and path.name not in {"__init__.py", "apps.py"}:
            yield path.relative_to(SOURCE).as_posix()
        elif path.is_dir():
            yield path.relative_to(SOURCE).as_posix() + "/"


def test_the_map_is_the_tree():
    mapped = set(re.findall(r"^\| `([^`]+)` \|", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE))
    assert mapped == set(rooms())
