"""The secret of this installation and those before it: made at the first start, renewed and forgotten so that none is ever missing."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from followspot.errors import Refused

GIVEN, GIVEN_BEFORE = "FOLLOWSPOT_SECRET", "FOLLOWSPOT_SECRET_BEFORE"


def known(folder: Path) -> list[str]:
    """Return the secrets with which something may be sealed or signed: the one of now, then those before it.

    Whoever runs the server gives them, those before one a line; else they lie in two files beside the data. Files are read at
    each call: a server that runs opens what was sealed anew meanwhile.
    """
    before = [*os.environ.get(GIVEN_BEFORE, "").splitlines(), *_kept(folder)]
    return list(
        dict.fromkeys([os.environ.get(GIVEN, "") or _own(folder), *filter(None, map(str.strip, before))])
    )


def renew(folder: Path) -> None:
    """Make a new secret; the one of now is kept as one before it.

    It is kept before the new one is there, and each file appears whole: whenever this is interrupted, no secret is missing.
    """
    if os.environ.get(GIVEN):
        raise Refused(
            f"The secret is given by {GIVEN}, so it is yours to change: put the one of now into {GIVEN_BEFORE} and a new one into "
            f"{GIVEN}, start Followspot anew, then say: followspot rotate --again"
        )
    now = _own(folder)
    _write(_before(folder), "\n".join(dict.fromkeys([now, *_kept(folder)])))
    _write(_now(folder), secrets.token_urlsafe(48))


def forget(folder: Path) -> None:
    """Let the secrets before the one of now go."""
    if os.environ.get(GIVEN_BEFORE):
        raise Refused(
            f"A secret before is given by {GIVEN_BEFORE}: take it away there, and start Followspot anew."
        )
    _before(folder).unlink(missing_ok=True)


def _now(folder: Path) -> Path:
    return folder / "secret"


def _before(folder: Path) -> Path:
    return folder / "secret.before"


def _own(folder: Path) -> str:
    path = _now(folder)
    if not path.exists():
        _write(path, secrets.token_urlsafe(48), first=True)
    return path.read_text().strip()


def _kept(folder: Path) -> list[str]:
    path = _before(folder)
    return path.read_text().splitlines() if path.exists() else []


def _write(path: Path, text: str, *, first: bool = False) -> None:
    """Let a file appear whole, for its owner's eyes alone. first : whoever came before is left as they are."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if first:
            try:
                os.link(part, path)
            except FileExistsError:
                return
        else:
            part.replace(path)
    finally:
        part.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
