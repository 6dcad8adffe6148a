"""What takes long to make is made once in a run of tests, by whichever of its processes needs it first; who needs one starts with a copy.

That a first start makes a database from nothing is tested where it is the point: `tests/cli/test_command.py`, `tests/faults/test_together.py`.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

_NAMED = (
    "PYTEST_RUN_FOLDER"  # in the environment, so that all processes of a run know it, and what they start
)


def of_this_run() -> Path:
    """Return the folder that all processes of a run of tests share; whoever asks first makes it."""
    if _NAMED not in os.environ:
        os.environ[_NAMED] = tempfile.mkdtemp(prefix="followspot-test-run-")
    return Path(os.environ[_NAMED])


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of this run, filled by `make` unless another process of it has done so; the others wait for it."""
    run = of_this_run()
    folder = run / name
    with (run / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            under_way = Path(tempfile.mkdtemp(dir=run))
            make(under_way)
            under_way.rename(folder)
    return folder


def _migrated(folder: Path) -> None:
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FOLLOWSPOT", "DJANGO"))}
    command = [sys.executable, "-m", "followspot", "manage", "migrate", "-v", "0"]
    subprocess.run(command, env=clean | {"FOLLOWSPOT_DATA": str(folder)}, check=True)


def brought_up_to_date(folder: Path) -> Path:
    """Make a data folder as if its app had been started once, or give one the database that it lacks; return it."""
    made = made_once("migrated", _migrated)
    if folder.exists():
        shutil.copy(made / "followspot.sqlite3", folder)
    else:
        shutil.copytree(made, folder)
    return folder
