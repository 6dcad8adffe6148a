"""A ballot box: sealed while it is open, opened once, its key destroyed; then nobody can say whose ballot was whose.

All ballots of one wave are one sealed lump of a size that never changes. Its key lies in a file of its own, outside the
database and outside every backup of it, sealed with the instance's secret. Whoever holds a backup from while the wave was open
holds a lump without a key, once the wave has closed.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import time
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac

from followspot import secret
from followspot.errors import Refused
from followspot.language import say

LONGEST = 300  # characters of a comment
_ROOM = 2048  # bytes a ballot takes, whatever it says
_JUST_MADE = 3600  # seconds
_NO_TIME = 0  # what is sealed carries no time


@dataclass(frozen=True, slots=True)
class Ballot:
    """What one person answered. group : in which they were when the wave opened."""

    group: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    comment: str = ""

    def __bool__(self) -> bool:
        return bool(self.answers or self.comment)


def new_key() -> str:
    """Make the key of one wave, and return the name of the file that holds it."""
    name = secrets.token_hex(12)
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(_instance().encrypt_at_time(Fernet.generate_key(), _NO_TIME))
        file.flush()
        os.fsync(file.fileno())
    return name


def holds(name: str) -> bool:
    """Say whether the key of this name is there and can be read."""
    try:
        _key(name)
    except Refused:
        return False
    return True


def seal_anew(name: str) -> None:
    """Seal a key with the secret of now. Whoever calls it sees to it that its wave isn't closed meanwhile.

    The file is there, whole, at any moment; what stood in it is written over, as when it is destroyed.
    """
    path = _path(name)
    with path.open("r+b") as old:
        before = old.read()
        part = path.with_name(f".{name}")  # one that was left behind is swept like a key that nobody names
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(_instance().encrypt_at_time(_key(name), _NO_TIME))
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        old.seek(0)
        old.write(secrets.token_bytes(len(before)))
        old.flush()
        os.fsync(old.fileno())


def destroy(name: str) -> None:
    """Write over a key and remove it; from then on what it sealed can't be opened."""
    path = _path(name)
    try:
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
    except FileNotFoundError:
        return
    path.unlink(missing_ok=True)


def destroy_all_but(names: Collection[str]) -> int:
    """Destroy the keys of waves that are over; return how many were still there.

    A key is there a moment before the row that names it, so those just made are left alone.
    """
    made_before = time.time() - _JUST_MADE
    left = [
        path.name
        for path in settings.KEYS.glob("*")
        if path.name not in names and path.stat().st_mtime < made_before
    ]
    for name in left:
        destroy(name)
    return len(left)


def empty(name: str, groups: Mapping[int, str]) -> bytes:
    """Return a box with an empty ballot for each person, by their number."""
    return _seal(name, {_mark(name, person): Ballot(group) for person, group in groups.items()})


def put(name: str, box: bytes, person: int, answers: Mapping[str, int], comment: str) -> bytes:
    """Return the box with a person's ballot, in place of the one before it."""
    ballots = _open(name, box)
    mark = _mark(name, person)
    ballots[mark] = Ballot(ballots[mark].group, dict(answers), comment)
    return _seal(name, ballots)


def shaken(name: str, box: bytes) -> bytes:
    """Return the same box sealed anew, so that two copies of it don't show whether a ballot came between."""
    return _seal(name, _open(name, box))


def of(name: str, box: bytes, person: int) -> Ballot | None:
    """Return the ballot of a person while the box is open; None for somebody who has none in it."""
    return _open(name, box).get(_mark(name, person))


def drawn(name: str, box: bytes) -> list[Ballot]:
    """Open the box: all ballots in an order drawn by lot, the empty ones as well."""
    ballots = list(_open(name, box).values())
    secrets.SystemRandom().shuffle(ballots)
    return ballots


def word_for(name: str, person: int) -> str:
    """Return the word that lets one person in by a link, while the wave is open."""
    sealed = Fernet(_key(name)).encrypt_at_time(f"word {person}".encode(), _NO_TIME)
    return sealed.decode().rstrip("=")


def whose(name: str, word: str) -> int | None:
    """Return whose a word is, by their number; None if it is nobody's, or the wave is over."""
    try:
        opened = Fernet(_key(name)).decrypt(word + "=" * (-len(word) % 4)).decode()
    except (InvalidToken, Refused, ValueError):
        return None
    return int(opened.removeprefix("word ")) if opened.startswith("word ") else None


def _mark(name: str, person: int) -> str:
    return hmac.new(_key(name), f"person {person}".encode(), hashlib.sha256).hexdigest()


def _seal(name: str, ballots: Mapping[str, Ballot]) -> bytes:
    lines = b"".join(_line(mark, ballot) for mark, ballot in sorted(ballots.items()))
    return Fernet(_key(name)).encrypt_at_time(lines, _NO_TIME)


def _line(mark: str, ballot: Ballot) -> bytes:
    line = json.dumps([mark, asdict(ballot)], ensure_ascii=False).encode()
    if len(line) > _ROOM:  # some signs take six bytes each; with one too many nobody's ballot could be read
        raise Refused(say("There are signs in it that can’t be kept. Write it in letters, or shorter."))
    return line.ljust(_ROOM)


def _open(name: str, box: bytes) -> dict[str, Ballot]:
    try:
        lines = Fernet(_key(name)).decrypt(bytes(box))
    except InvalidToken:
        raise _lost() from None
    rows = [json.loads(lines[at : at + _ROOM]) for at in range(0, len(lines), _ROOM)]
    return {mark: Ballot(**said) for mark, said in rows}


def _key(name: str) -> bytes:
    try:
        return _instance().decrypt(_path(name).read_bytes())
    except (FileNotFoundError, InvalidToken):
        raise _lost() from None


def _lost() -> Refused:
    return Refused(
        say(
            "The key of this wave is gone, as after a restore from a backup. Its answers can’t be read by anybody, and no new ones can be kept. It will close without a result."
        )
    )


def _instance() -> MultiFernet:
    """Return the lock of this instance: it closes with the secret of now, and opens with those before it as well."""
    made = [
        salted_hmac("followspot.ballots", "keys", secret=word, algorithm="sha256").digest()
        for word in secret.known(settings.DATA)
    ]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in made])


def _path(name: str) -> Path:
    folder: Path = settings.KEYS
    return folder / name
