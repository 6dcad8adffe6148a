"""The pictures of the documents: of the living sample, as anybody sees it who starts the app.

`make pictures` keeps them below docs/pictures; otherwise they only show that each page of them is there.
"""

import os
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
DOCS = Path(__file__).parents[2] / "docs"
PICTURES = {
    "stage": ("/teams/north-quay/", 1440, "light"),
    "stage-on-a-phone": ("/teams/north-quay/", 360, "dark"),
    "sideline": ("/teams/north-quay/sideline/", 1440, "light"),
    "barriers": ("/teams/north-quay/barriers/", 1440, "light"),
    "report": ("/", 1440, "light"),
}


def test_the_pages_of_the_pictures(visit, tmp_path):
    folder = Path(os.environ.get("FOLLOWSPOT_PICTURES") or tmp_path)
    for name, (address, width, scheme) in PICTURES.items():
        page = visit(width, scheme)
        page.goto(address)
        if name == "report":
            page.get_by_role("link", name="Git without").click()
        page.wait_for_load_state("networkidle")
        page.screenshot(path=folder / f"{name}.png")
        assert page.locator("h1").count() == 1


def test_every_picture_of_the_documents_is_one_of_these():
    told = {p.stem for p in (DOCS / "pictures").glob("*.png")}
    assert told == set(PICTURES)
    words = "".join(p.read_text() for p in DOCS.rglob("*.md"))
    assert {name for name in PICTURES if f"pictures/{name}.png" in words} == set(PICTURES)
