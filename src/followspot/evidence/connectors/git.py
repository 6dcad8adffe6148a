"""A git history: every change on both of its clocks, who put it in, who else is named in it.

Read from the main line (HEAD), since work is "let in" when it gets there: branches that are still being
rebased would be counted anew at every rebase, and a backport twice. Other lines can be named.
"""

import re
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from followspot.evidence.connectors import Connector, Finish, Harvest, Tell, silent
from followspot.evidence.connectors._git_command import Repository, digest
from followspot.evidence.connectors._git_events import Writer
from followspot.evidence.connectors._git_parse import FORMAT, MESSAGES, commits, messages, utf8
from followspot.evidence.connectors._git_trailers import TRAILERS
from followspot.language import count, say

_A_DAY = 86_400
# No renames (that needs the files themselves), no shortened ids, nothing that the configuration could turn on.
_LOG = ["log", "--no-renames", "--no-abbrev", "--no-ext-diff", "--no-textconv", "--no-notes", "--no-decorate"]
_LOG += ["--no-mailmap", "--no-show-signature", "--no-color", "--no-relative", "--encoding=UTF-8", FORMAT]
_MANY = 10_000
_CONTACT = re.compile(rb"[^<>\n]*<[^<>\n]+>")


def read(
    path: str, *, cursor: dict[str, Any] | None = None, tell: Tell = silent, branches: Sequence[str] = ()
) -> Harvest:
    """Read a repository, bare or with its files, or what is new in it since the cursor was handed out.

    path : the folder that holds `.git`, or the bare repository itself.
    branches : the lines of work that count, by name; none for the main line, HEAD.
    tell : told how many commits are done, once it is known of how many.

    Raises BadInput for what is no repository, is empty, or lacks a part of its history. A history that was
    rewritten, or a shallow clone that was deepened, is read anew and replaces what was read before.
    """
    return _Run(Repository(path), cursor or {}, tell, branches).harvest()


class _Run:
    """One reading of one repository."""

    def __init__(
        self, repository: Repository, cursor: dict[str, Any], tell: Tell, branches: Sequence[str]
    ) -> None:
        self._repository, self._tell = repository, tell
        self._tips = repository.tips(branches)
        self._cut_off = repository.shallow()
        self._cursor = {
            "tips": self._tips,
            "shallow": digest(self._cut_off),
            "mailmap": repository.find("HEAD:.mailmap"),
        }
        self._before: dict[str, Any] = cursor
        self._notes: list[str] = []
        self._replaces = bool(cursor) and not self._goes_on()
        self._range = [*self._tips, "--not", *([] if self._replaces else cursor.get("tips", [])), "--"]
        self._writer = Writer(latest=time.time() + _A_DAY, cut_off=self._cut_off)
        self._done = False

    def _goes_on(self) -> bool:
        """Say whether what was read before is still true, so that only what is new need be read."""
        if self._before["shallow"] != self._cursor["shallow"]:
            self._notes.append(
                say("The shallow clone was deepened or cut anew, so all of it was read again.")
            )
            return False
        old = self._before["tips"]
        if old != self._tips and not self._repository.has_all(old, tips=self._tips):
            self._notes.append(
                say("The history was rewritten since the last reading, so all of it was read again.")
            )
            return False
        return True

    def harvest(self) -> Harvest:
        return Harvest(self._batches(), self._finish)

    def _batches(self) -> Iterator[pa.RecordBatch]:
        if self._replaces or self._before.get("tips") != self._tips:
            done = 0
            with (
                self._repository.counting(self._range, wanted=self._tell is not silent) as total,
                self._repository.stream(*_LOG, "--name-only", *self._range) as stream,
            ):
                for some in commits(stream):
                    yield from self._writer.batches(some)
                    if len(self._writer.reverts) > _MANY:
                        yield from self._taken_back()
                    done += len(some.ids)
                    if of := total():
                        self._tell(done, of)
            yield from self._taken_back()
        self._done = True

    def _taken_back(self) -> Iterator[pa.RecordBatch]:
        """Read the whole messages of those few commits whose title speaks of reverting: what did they take back?"""
        if self._writer.reverts:
            ids = b"\n".join(self._writer.reverts)
            asked = ["log", "--no-walk=unsorted", "--stdin", "--no-patch", "--encoding=UTF-8", MESSAGES]
            with self._repository.stream(*asked, stdin=ids) as stream:
                yield self._writer.taken_back(messages(stream))

    def _all_named(self) -> dict[bytes, bytes]:
        """Return everybody named, in all of the history if `.mailmap` says anew who is who."""
        if self._before and self._before["mailmap"] != self._cursor["mailmap"] and not self._replaces:
            with self._repository.stream(*_LOG, *self._tips, "--") as stream:
                for some in commits(stream):
                    for _ in self._writer.batches(some):
                        pass
        return self._writer.names

    def _aliases(self) -> dict[str, str]:
        """Return who is who by `.mailmap`, for those whom it names otherwise."""
        named = {raw: name for raw, name in self._all_named().items() if _CONTACT.fullmatch(raw)}
        if not named:
            return {}
        known = zip(named.values(), map(utf8, self._repository.known_as(named)), strict=True)
        return {name.decode(): other.decode() for name, other in known if other != name}

    def _remarks(self) -> Iterator[str]:
        if self._cut_off:
            yield (
                say(
                    "This is a shallow clone: its history begins in the middle. `git fetch --unshallow` brings the "
                    "rest, and the next reading takes it in."
                )
            )
        if self._writer.mended:
            yield count(
                self._writer.mended,
                "{n} commit has one impossible date (before 1980 or in the future); the other counts.",
                "{n:,} commits have one impossible date (before 1980 or in the future); the other counts.",
            )
        if self._writer.left_out:
            yield count(
                self._writer.left_out,
                "{n} commit has no possible date at all, left out.",
                "{n:,} commits have no possible date at all, left out.",
            )

    def _finish(self) -> Finish:
        if not self._done:
            raise RuntimeError("Read all batches before you ask how it ended.")
        notes = (*self._notes, *self._remarks())
        return Finish(self._cursor, self._aliases(), self._replaces, notes)


connector = Connector(
    slug="git",
    title=say("Git history"),
    emits=frozenset(
        {
            "change.written",
            "change.landed",
            "change.integrated",
            "change.reverted",
            "branch.merged",
            *TRAILERS.values(),
        }
    ),
    read=read,
)
