"""Where segments lie: in the data folder, or in an object store that speaks S3, with a copy here while they are read.

A row calls a segment the same in both, so that moving is copying. An object appears whole or not at all, as a file does.
"""

from __future__ import annotations

import os
import secrets
import threading
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from pyarrow import fs

from followspot.errors import BadInput
from followspot.evidence import segments
from followspot.evidence.models import Segment
from followspot.language import say, together

READERS_ARE_GONE = 3600  # seconds; no reading takes longer
_AT_ONCE = 8  # segments fetched side by side
_HERE = fs.LocalFileSystem()
_lock = threading.Lock()
_timer: threading.Timer | None = None


class Gone(BadInput):
    """A segment that a row shows is not in the object store."""


@cache
def _opened(url: str) -> tuple[fs.FileSystem, str]:
    return fs.FileSystem.from_uri(url)  # type: ignore[no-any-return]


def _store() -> tuple[fs.FileSystem, str] | None:
    """Return the object store and the prefix in it, or None where segments lie in the data folder."""
    return _opened(settings.SEGMENTS) if settings.SEGMENTS else None


def _path(name: str) -> Path:
    """Return where a segment lies on this machine: itself, or a copy that goes soon after it was read."""
    folder: Path = settings.DATA / "copies" if settings.SEGMENTS else settings.DATA
    return folder / name


def write(batches: Iterable[pa.RecordBatch], folder: str, name: str) -> segments.Segment:
    """Write a segment; `str(path)` of what comes back is what its row calls it. No rows leave nothing behind.

    folder : as rows call it, like "segments/12". See `segments.write` for the rest.
    """
    written = segments.write(batches, _path(folder), name)
    called = Path(folder) / written.path.name
    if written.rows and (store := _store()):
        try:
            _put(written.path, f"{store[1]}/{called}", store[0])
        except BaseException:
            written.path.unlink(missing_ok=True)
            raise
        _go_later()
    return segments.Segment(called, written.rows, written.first_at, written.last_at, written.sha256)


def beside(path: str, batches: Iterable[pa.RecordBatch]) -> segments.Segment:
    """Write a segment beside another one, as old as that by its name, to take its place."""
    old = Path(path)
    return write(batches, str(old.parent), f"{old.stem.partition('-')[0]}-{secrets.token_hex(4)}")


def read(stored: Iterable[Segment]) -> list[Path]:
    """Return files with what is in these segments, for the next hour. Fetches what isn't here yet.

    Raises BadInput for what is gone from the store, or has changed there.
    """
    stored = list(stored)
    found = [_path(s.path) for s in stored]
    if store := _store():
        missing = [(s, path) for s, path in zip(stored, found, strict=True) if not _touched(path)]
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            for done in [pool.submit(_fetch, s, path, *store) for s, path in missing]:
                done.result()
        _go_later()
    return found


def afar(stored: Iterable[Segment]) -> tuple[str, list[tuple[str, int]]]:
    """Return where segments lie for other machines to read: the store's URL, or "" for files; path and rows of each."""
    return settings.SEGMENTS, [
        (s.path if settings.SEGMENTS else str(settings.DATA / s.path), s.rows) for s in stored
    ]


def _touched(path: Path) -> bool:
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _fetch(stored: Segment, path: Path, store: fs.FileSystem, prefix: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        fs.copy_files(f"{prefix}/{stored.path}", str(part), store, _HERE)
        if segments.sha256_of(part) != stored.sha256:
            raise BadInput(
                together(
                    [say("{path}: has changed since it was written.", path=stored.path), segments.WHAT_TO_DO]
                )
            )
        part.replace(path)
    except FileNotFoundError:
        raise Gone(
            together([say("{path}: is gone from the object store.", path=stored.path), segments.WHAT_TO_DO])
        ) from None
    except OSError as error:
        raise _out_of_reach(error) from None
    finally:
        part.unlink(missing_ok=True)


def _put(path: Path, to: str, store: fs.FileSystem) -> None:
    try:
        fs.copy_files(str(path), to, _HERE, store)
    except OSError as error:
        raise _out_of_reach(error) from None


def _listed(filesystem: fs.FileSystem, prefix: str, folder: str) -> list[fs.FileInfo]:
    below = fs.FileSelector(f"{prefix}/{folder}", allow_not_found=True, recursive=True)
    try:
        found = filesystem.get_file_info(below)
    except OSError as error:
        raise _out_of_reach(error) from None
    return [info for info in found if info.is_file and info.extension == "parquet"]


def _out_of_reach(error: OSError) -> BadInput:
    return BadInput(f"The object store of FOLLOWSPOT_SEGMENTS can’t be used ({error}).")


def remove(path: str) -> None:
    """Let a segment go, as its row called it, and its copy here; it may be gone already."""
    _path(path).unlink(missing_ok=True)
    if store := _store():
        try:
            store[0].delete_file(f"{store[1]}/{path}")
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _out_of_reach(error) from None


def there(folder: str = "segments") -> Iterator[tuple[str, float]]:
    """Yield what lies in a folder and below, shown by a row or not: as rows would call it, and for how many seconds."""
    filesystem, prefix = _store() or (_HERE, str(settings.DATA))
    for info in _listed(filesystem, prefix, folder):
        yield info.path.removeprefix(f"{prefix}/"), time.time() - info.mtime.timestamp()


def take_up() -> None:
    """Put what lies in the data folder into the object store, where there is one: after a restore, or when moving.

    May be called again after whatever stopped it: a file goes from here once it is there.
    """
    store = _store()
    if store is None:
        return
    sizes = {info.path: info.size for info in _listed(*store, "segments")}
    for path in sorted((settings.DATA / "segments").rglob("*.parquet")):
        to = f"{store[1]}/{path.relative_to(settings.DATA)}"
        if sizes.get(to) != path.stat().st_size:
            _put(path, to, store[0])
        path.unlink()


def must_answer() -> str:
    """Return which object store segments lie in, or ""; raise BadInput where it can't be used."""
    if store := _store():
        try:
            store[0].get_file_info(fs.FileSelector(store[1], allow_not_found=True))
        except OSError as error:
            raise _out_of_reach(error) from None
        return store[1]
    return ""


def check(stored: Segment) -> None:
    """Raise BadInput, naming the file, if a segment is gone, cut short or changed where it lies."""
    store = _store()
    if store is None:
        segments.check(_path(stored.path), sha256=stored.sha256)
        return
    path = _path(stored.path).with_name(f".{secrets.token_hex(4)}.check")
    try:
        _fetch(stored, path, *store)
    finally:
        path.unlink(missing_ok=True)


def _go_later() -> None:
    """See to it that copies go once nobody can be reading them any more, whether anything is read again or not."""
    global _timer
    with _lock:
        if _timer is None or not _timer.is_alive():
            _timer = threading.Timer(READERS_ARE_GONE / 4, _go)
            _timer.daemon = True
            _timer.start()


def _go() -> None:
    if tidy():
        global _timer
        with _lock:
            _timer = None
        _go_later()


def tidy() -> int:
    """Remove copies that nobody has asked for in an hour, and what was begun a day ago; return how many stay."""
    stay = 0
    for path in (settings.DATA / "copies").rglob("*"):
        if path.is_file():
            old = time.time() - path.stat().st_mtime
            if old > READERS_ARE_GONE * (1 if path.suffix == ".parquet" else 24):
                path.unlink(missing_ok=True)
            else:
                stay += 1
    return stay
