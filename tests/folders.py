"""A data folder with a database of this version, made once in each test process; who starts an app on SQLite begins with a copy.

That a first start makes one from nothing is tested where it is the point: `tests/cli`, `tests/faults/test_together.py`, `tests/upkeep/test_upgrade.py`.
"""

import functools
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


@functools.cache
def _made() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="followspot-test-folder-"))
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FOLLOWSPOT", "DJANGO"))}
    command = [sys.executable, "-m", "followspot", "manage", "migrate", "-v", "0"]
    subprocess.run(command, env=clean | {"FOLLOWSPOT_DATA": str(folder)}, check=True)
    return folder


def brought_up_to_date(folder: Path) -> Path:
    """Make a data folder, or fill an empty one, as if its app had been started once; return it."""
    shutil.copytree(_made(), folder, dirs_exist_ok=True)
    return folder
