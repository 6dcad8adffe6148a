"""The documents are true: the notebook runs and says what it says, and the pages build."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

DOCS = Path(__file__).parent.parent.parent / "docs"


@pytest.mark.filterwarnings("ignore")
def test_the_notebook_still_gives_what_it_shows():
    kept = nbformat.read(DOCS / "library.ipynb", as_version=4)
    again = nbformat.from_dict(kept)
    NotebookClient(again, timeout=120).execute()
    assert _said(again) == _said(nbformat.read(DOCS / "library.ipynb", as_version=4))


def _said(notebook):
    """Return what each cell says, as one text: a kernel sends what is printed in as many pieces as it happens to."""
    return [
        "".join(o.get("text") or o["data"]["text/plain"] for o in cell.outputs)
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_the_pages_build_without_a_warning(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", str(DOCS), str(tmp_path)],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


def test_every_test_that_the_page_on_security_names_is_there():
    said = (DOCS / "security.md").read_text()
    named = set(re.findall(r"`(tests/[^`]*)`", said))
    assert len(named) > 20
    assert [name for name in named if not (DOCS.parent / name).exists()] == []
