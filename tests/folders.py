"""What takes long to make is made once in a run of tests, by whichever of its processes needs it first; who needs one starts with a copy.

That a first start makes a database from nothing is tested where it is the point: `tests/cli`, `tests/faults/test_together.py`, `tests/upkeep/test_upgrade.py`.
"""

import fcntl
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

# All processes of a run know this name, and so does what they start. Without workers, each process is a run.
_RUN = os.environ.get("PYTEST_XDIST_TESTRUNUID", f"alone-{os.getpid()}")


def made_once(name: str, make: Callable[[Path], None]) -> Path:
    """Return a folder of this run, filled by `make` unless another process of it has done so; the others wait for it."""
    run = Path(tempfile.gettempdir()) / f"followspot-test-run-{_RUN}"
    run.mkdir(exist_ok=True)
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
    """Make a data folder with a database of this version, or fill an empty one, as if its app had been started once; return it."""
    shutil.copytree(made_once("migrated", _migrated), folder, dirs_exist_ok=True)
    return folder
