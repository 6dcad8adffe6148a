"""What a benchmark runs beside its own process: a Python with a peer's packages, and the app with its samples."""

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent
PATIENCE = 300  # half seconds until the samples are there


def programs_of(folder: Path, *packages: str) -> Path:
    """Return the folder of the programs of a Python with these packages, made when it isn't there."""
    programs = folder / "bin"
    had = folder / "packages.txt"
    if not had.exists() or had.read_text() != "\n".join(packages):
        subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
        subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", *packages], check=True)
        had.write_text("\n".join(packages))
    return programs


class Served(NamedTuple):
    """A running app: its process, its address with a slash at the end, and the password of me@localhost."""

    process: subprocess.Popen[bytes]
    url: str
    password: str

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait()


def served(data: str, settings: Mapping[str, str] | None = None) -> Served:
    """Start the app with its samples in a data folder and on a free port; return it once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url, log = f"http://localhost:{port}/", Path(data) / "log"
    env = os.environ | {"FOLLOWSPOT_DATA": data, "TERM": "dumb", "COLUMNS": "200"} | dict(settings or {})
    command = [sys.executable, "-m", "followspot", "up", "--demo", "--port", str(port)]
    with log.open("wb") as to:
        process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=to, stderr=to)
    try:
        _wait(process, url)
        return Served(process, url, re.findall(r"password\s+(\S+)", log.read_text())[0])
    except (IndexError, TimeoutError):
        process.kill()
        raise SystemExit(f"The app did not start:\n{log.read_text()}") from None
    except BaseException:
        process.kill()
        raise


def _wait(process: subprocess.Popen[bytes], url: str) -> None:
    """Wait until an app answers. Raises TimeoutError where it has ended, or takes too long."""
    for _ in range(PATIENCE):
        try:
            urllib.request.urlopen(f"{url}readyz", timeout=2)
            return
        except OSError:
            if process.poll() is not None:
                break
            time.sleep(0.5)
    raise TimeoutError
