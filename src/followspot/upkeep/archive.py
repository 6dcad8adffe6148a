"""A backup as one file: a ZIP whose last member says what is in it, each with its checksum; whole or not at all."""

from __future__ import annotations

import hashlib
import json
import lzma
import os
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO

from followspot.errors import BadInput

type Tell = Callable[[int, int], None]

_FORMAT = 1
_ABOUT = "about.json"
_PIECE = 2**20
_LONGEST_NAME = 200  # bytes; ours are far shorter
_LONGEST_ABOUT = 64 * _PIECE
# Segments are compressed already.
_AS_THEY_ARE = (".parquet",)


@dataclass(frozen=True, slots=True)
class Member:
    """One file in it. size : in bytes."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class About:
    """What an archive says of itself. database : sqlite or postgresql. migrations : the newest of each app."""

    made_at: datetime
    version: str
    database: str
    members: tuple[Member, ...]

    @property
    def size(self) -> int:
        """Return how large all of it is, unpacked, in bytes."""
        return sum(m.size for m in self.members)


def write(
    path: Path,
    files: Iterable[tuple[str, Path]],
    *,
    made_at: datetime,
    version: str,
    database: str,
    tell: Tell,
) -> About:
    """Write files under their names into a new archive, which appears whole or not at all.

    Raises FileNotFoundError if one of the files is gone, and BadInput where there is a file at `path` already.
    """
    if path.exists():
        raise BadInput(f"{path} is there already. Name another file, so that nothing is overwritten.")
    part = path.with_name(f".{path.name}.part")
    listed = list(files)
    try:
        with os.fdopen(os.open(part, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600), "w+b") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as packed:
                members = []
                for done, (name, source) in enumerate(listed):
                    tell(done, len(listed))
                    members.append(_put(packed, name, source))
                about = About(made_at, version, database, tuple(members))
                packed.writestr(
                    _ABOUT, json.dumps({"format": _FORMAT, **asdict(about), "made_at": made_at.isoformat()})
                )
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    return about


def _put(packed: zipfile.ZipFile, name: str, source: Path) -> Member:
    how = zipfile.ZipInfo(name)
    how.compress_type = zipfile.ZIP_STORED if name.endswith(_AS_THEY_ARE) else zipfile.ZIP_DEFLATED
    how.external_attr = 0o600 << 16
    digest, size = hashlib.sha256(), 0
    with source.open("rb") as file, packed.open(how, "w", force_zip64=True) as to:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            to.write(piece)
    return Member(name, size, digest.hexdigest())


def check(path: Path, *, tell: Tell) -> About:
    """Read an archive through and return what it says of itself.

    Raises BadInput, saying what is wrong, if anything in it is not as it was written, or if it is no archive of ours.
    """
    with _opened(path) as packed:
        about = _about(path, packed)
        for done, member in enumerate(about.members):
            tell(done, len(about.members))
            for _ in _pieces(path, packed, member):
                pass
    return about


def unpack(path: Path, to: Path, *, tell: Tell) -> About:
    """Check an archive while unpacking it below an empty folder, each file settled on the disk."""
    with _opened(path) as packed:
        about = _about(path, packed)
        if about.size > (free := shutil.disk_usage(to).free):
            raise BadInput(
                f"{path} unpacks to {about.size:,} bytes, and {to} has {free:,} left. Make room first."
            )
        for done, member in enumerate(about.members):
            tell(done, len(about.members))
            target = to / member.name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                for piece in _pieces(path, packed, member):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
    return about


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    try:
        with zipfile.ZipFile(path) as packed:
            yield packed
    except FileNotFoundError:
        raise BadInput(f"{path}: there is no such file.") from None
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError) as error:
        raise BadInput(f"{path} is no whole backup ({error}). Take another one.") from None


def _about(path: Path, packed: zipfile.ZipFile) -> About:
    """Return what the archive says, once that names exactly what is in it, and only files below it."""
    try:
        if packed.getinfo(_ABOUT).file_size > _LONGEST_ABOUT:
            raise ValueError("too long")
        said = json.loads(_inside(path, packed, _ABOUT).read())
        made_by, form = str(said["version"]), said["format"]
        members = tuple(Member(str(m["name"]), int(m["size"]), str(m["sha256"])) for m in said["members"])
        about = About(datetime.fromisoformat(said["made_at"]), made_by, str(said["database"]), members)
    except (ArithmeticError, AttributeError, LookupError, ValueError, TypeError) as error:
        raise BadInput(f"{path} is no backup of Followspot’s ({type(error).__name__}).") from None
    if form != _FORMAT:
        raise BadInput(
            f"{path} was written by a newer Followspot ({made_by}). Install that one to restore it."
        )
    if {m.name for m in members} | {_ABOUT} != set(packed.namelist()) or len(members) + 1 != len(
        packed.namelist()
    ):
        raise BadInput(f"{path} holds other files than it says. Take another one.")
    for member in members:
        if not _below(member.name):
            raise BadInput(f"{path} would write outside its folder ({member.name}). It is none of ours.")
    return about


def _below(name: str) -> bool:
    way = PurePosixPath(name)
    short = len(name.encode("utf-8", "replace")) < _LONGEST_NAME
    return short and not way.is_absolute() and ".." not in way.parts and "\\" not in name and "\0" not in name


def _pieces(path: Path, packed: zipfile.ZipFile, member: Member) -> Iterator[bytes]:
    """Yield the pieces of a member, never more than it says; BadInput at the end if they are not what was written."""
    digest, size = hashlib.sha256(), 0
    with _inside(path, packed, member.name) as file:
        while piece := _read(path, file):
            digest.update(piece)
            size += len(piece)
            if size > member.size:
                break
            yield piece
    if size != member.size or digest.hexdigest() != member.sha256:
        raise BadInput(f"{path}: {member.name} is not as it was written. Take another one.")


def _inside(path: Path, packed: zipfile.ZipFile, name: str) -> IO[bytes]:
    try:
        return packed.open(name)
    except OSError as error:  # a place that can't be is no trouble of the disk's
        raise BadInput(f"{path} can't be read through ({error}). Take another one.") from None


def _read(path: Path, file: IO[bytes]) -> bytes:
    """Return the next piece; what another packing wrote, or wrote wrongly, is no trouble of the disk's either."""
    try:
        return file.read(_PIECE)
    except (OSError, lzma.LZMAError) as error:
        raise BadInput(f"{path} can't be read through ({error}). Take another one.") from None
