"""The library and the two commands for a repository run without Django, pandas or statsmodels."""

import subprocess
import sys

import pytest

BLOCK = """
import sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked}:
            raise ImportError(f"{{name}} is blocked")
sys.meta_path.insert(0, Block())
"""


def run(code, blocked):
    script = BLOCK.format(blocked=set(blocked)) + code
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize(
    "code",
    ["from followspot.measures import measures; measures()",
     "from followspot.evidence.connectors import connectors; connectors()",
     "from followspot.evidence import table, segments, identities, leaders"],
)  # fmt: skip
def test_measures_and_connectors_import_without_django(code):
    done = run(code, {"django"})
    assert done.returncode == 0, done.stderr


def test_a_step_away_is_judged_without_pandas_statsmodels_django_ibis():
    code = """
from datetime import date
import numpy as np
from followspot.measures.stepaway import Absence, DailyCounts, judge
judge(DailyCounts(date(2024, 1, 1), np.full(400, 9.0)), [Absence(date(2024, 10, 7), date(2024, 10, 20))])
"""
    done = run(code, {"django", "pandas", "statsmodels", "ibis", "duckdb", "pyarrow"})
    assert done.returncode == 0, done.stderr


def test_help_and_version_import_nothing_heavy():
    code = "import followspot.cli; heavy = {'django', 'numpy', 'ibis', 'pyarrow', 'duckdb'} & set(sys.modules); assert not heavy, heavy"
    done = run(code, set())
    assert done.returncode == 0, done.stderr
