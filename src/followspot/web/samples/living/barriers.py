"""The life of a barrier, unfolded into acts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from followspot.objects import unnamed
from followspot.practices.barriers import actions
from followspot.practices.barriers.models import Barrier
from followspot.web.samples.living.diary import Act, Diary


def unfold(diary: Diary, given: list[dict[str, Any]]) -> None:
    """Set down every barrier: raised on a day; all that follows is counted in working days from there.

    It is raised after noon and cleared before, so that what lives four working days is gone within four.
    """
    for place, told in enumerate(given):
        _Life(diary, told, place).unfold()


class _Life:
    """One barrier. Who has no name carries a word that nobody keeps."""

    def __init__(self, diary: Diary, told: dict[str, Any], place: int) -> None:
        self.d, self.told = diary, told
        self.key = told.get("key", f"barrier {place}")
        self.raised = diary.day(told["raised"])
        self.minute = f"{(place * 13) % 50 + 5:02}"
        self.word = unnamed.new_word()[1] if not told["by"] else ""

    def unfold(self) -> None:
        d, told = self.d, self.told
        d.plan(self.raised, f"14:{self.minute}", self._raise)
        if told.get("up") is not None:
            d.plan(d.after(self.raised, told["up"]), f"16:{self.minute}", self._pass_up)
        if told.get("promise") is not None:
            taken = told.get("taken", 1 if told.get("up") is None else told["up"] + 1)
            d.plan(d.after(self.raised, taken), f"{10 if taken else 16}:{self.minute}", self._take)
        for days, promise, note in told.get("moved", []):
            d.plan(d.after(self.raised, days), f"12:{self.minute}", self._move(promise, note))
        if (still := told.get("still_there")) is not None:
            d.plan(d.after(self.raised, still), f"11:{self.minute}", self._clear)
            d.plan(d.after(self.raised, still + 1), f"10:{self.minute}", self._reopen)
        if (lives := told.get("lives")) is not None:
            cleared = d.after(self.raised, lives)
            d.plan(cleared, f"11:{self.minute}", self._clear)
            confirmed = d.after(cleared, told.get("confirmed", 1))
            if not told.get("waits") and confirmed <= d.today:
                d.plan(confirmed, f"15:{self.minute}", self._confirm)
                d.gone(confirmed)
        if (withdrawn := told.get("withdrawn")) is not None:
            d.plan(d.after(self.raised, withdrawn), f"11:{self.minute}", self._withdraw)
        d.talk(self.key, told.get("say", []))

    @property
    def _it(self) -> Barrier:
        it: Barrier = self.d.things[self.key]
        return it

    def _who(self, name: str, now: datetime, *, raiser: bool = False) -> dict[str, Any]:
        """Return who acts and what they are to the barrier, as verbs take it."""
        by = self.d.people[name] if name else None
        it = self.d.things.get(self.key)
        return {"by": by, "roles": self.d.roles(by, it, now, self.word if raiser else ""), "now": now}

    def _taker(self, now: datetime) -> str:
        if "taker" in self.told:
            return str(self.told["taker"])
        above = self._it.passed_to
        leader = above.leader_on(now.date()) if above else self.d.leader(now.date())
        return leader.name if leader else ""

    def _raise(self, now: datetime) -> None:
        d, told = self.d, self.told
        held = d.things.get(told.get("holds", ""))
        d.things[self.key] = actions.raise_barrier(
            d.team,
            d.told(told["what"]),
            word_hash=self.word,
            holds=held.reference if held else "",
            holds_words=str(held) if held else told.get("holds_words", ""),
            clearer=d.people[told["taker"]] if told.get("asks") else None,
            **self._who(told["by"], now, raiser=True),
        )

    def _pass_up(self, now: datetime) -> None:
        leader = self.d.leader(now.date())
        who = self._who(leader.name if leader else "", now)
        self.d.things[self.key] = actions.pass_up(self._it, note=self.told.get("up_note", ""), **who)

    def _take(self, now: datetime) -> None:
        promised = self.d.after(self.raised, self.told["promise"])
        note = self.told.get("note", "")
        self.d.things[self.key] = actions.take(
            self._it,
            promised_on=promised,
            note="" if self.told.get("moved") else self.d.told(note),
            **self._who(self._taker(now), now),
        )

    def _move(self, promise: int, note: str) -> Act:
        def act(now: datetime) -> None:
            promised = self.d.after(self.raised, promise)
            who = self._who(self._taker(now), now)
            self.d.things[self.key] = actions.promise(
                self._it, promised_on=promised, note=self.d.told(note), **who
            )

        return act

    def _clear(self, now: datetime) -> None:
        who = self._who(self._taker(now), now)
        aftermath = self.d.told(self.told.get("aftermath", ""))
        self.d.things[self.key] = actions.clear(self._it, aftermath=aftermath, **who)

    def _confirm(self, now: datetime) -> None:
        self.d.things[self.key] = actions.confirm(self._it, **self._who(self.told["by"], now, raiser=True))

    def _reopen(self, now: datetime) -> None:
        self.d.things[self.key] = actions.reopen(self._it, **self._who(self.told["by"], now, raiser=True))

    def _withdraw(self, now: datetime) -> None:
        self.d.things[self.key] = actions.withdraw(self._it, **self._who(self.told["by"], now, raiser=True))
