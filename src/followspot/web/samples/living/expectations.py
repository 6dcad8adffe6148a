"""The life of an expectation, unfolded into acts."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from followspot.practices.expectations import actions
from followspot.practices.expectations.models import Expectation, Proposal
from followspot.web.samples.living.diary import Act, Diary


def unfold(diary: Diary, given: list[dict[str, Any]]) -> None:
    """Set down every expectation. All days are counted from today."""
    for place, told in enumerate(given):
        _Life(diary, told, place).unfold()


class _Life:
    """One expectation; `terms` holds what is on the table."""

    def __init__(self, diary: Diary, told: dict[str, Any], place: int) -> None:
        self.d, self.told = diary, told
        self.key = told.get("key", f"expectation {place}")
        self.minute = f"{(place * 17) % 50 + 5:02}"
        self.terms: Proposal | None = None

    def unfold(self) -> None:
        d, told = self.d, self.told
        proposed = d.day(told["proposed"])
        d.plan(proposed, f"08:{self.minute}", self._propose)
        for day, by, what, *more in told.get("terms", []):
            d.plan(d.day(day), f"09:{self.minute}", self._terms(by, what, *more))
        if (agreed := told.get("agreed")) is not None:
            for n, name in enumerate(self._to_agree(proposed)):
                d.plan(d.day(agreed), f"10:{int(self.minute) + n:02}", self._does("agree", name))
        for n, (day, name, level) in enumerate(told.get("votes", [])):
            d.plan(d.day(day), f"11:{(int(self.minute) + n) % 60:02}", self._vote(name, level))
        if (started := told.get("started")) is not None:
            d.plan(d.day(started), f"12:{self.minute}", self._does("start", told["owners"].split()[0]))
        for day, name, remaining, finished in told.get("checkins", []):
            d.plan(d.day(day), f"14:{self.minute}", self._check_in(name, remaining, finished))
        for day, name in told.get("help", []):
            d.plan(d.day(day), f"11:{self.minute}", self._does("offer_help", name))
        self._ends()
        d.talk(self.key, told.get("say", []))

    def _ends(self) -> None:
        d, told = self.d, self.told
        if "met" in told:
            day, name, note = told["met"]
            d.plan(d.day(day), f"16:{self.minute}", self._does("meet", name, note=d.told(note)))
        if "missed" in told:
            day, name, note = told["missed"]
            d.plan(d.day(day), f"16:{self.minute}", self._does("miss", name, in_the_way=d.told(note)))
        if "dropped" in told:
            day, name = told["dropped"]
            d.plan(d.day(day), f"16:{self.minute}", self._does("drop", name))

    def _to_agree(self, proposed: date) -> list[str]:
        """Whose yes it takes besides that of whoever proposed it, or of whoever the story says has said it."""
        leader = self.d.leader(proposed)
        wanted = [*self.told["owners"].split(), *([leader.name] if leader else [])]
        said = self.told.get("said_yes", [self.told["by"]])
        return [n for n in dict.fromkeys(wanted) if n not in said]

    @property
    def _it(self) -> Expectation:
        it: Expectation = self.d.things[self.key]
        return it

    def _who(self, name: str, now: datetime) -> dict[str, Any]:
        by, it = self.d.people[name], self.d.things.get(self.key)
        return {"by": by, "roles": self.d.roles(by, it, now), "now": now}

    def _propose(self, now: datetime) -> None:
        d, told = self.d, self.told
        about = d.things.get(told.get("about", ""))
        d.things[self.key] = actions.propose(
            d.team,
            d.told(told["outcome"]),
            owners=d.named(told["owners"]),
            starts_on=d.plain_day(told.get("starts", told["proposed"])),
            due_on=d.plain_day(told["due"]),
            for_whom=told.get("for", ""),
            done_when=told.get("when", ""),
            size=told.get("size"),
            unit=told.get("unit", ""),
            about=about.reference if about else "",
            **self._who(told["by"], now),
        )

    def _does(self, verb: str, name: str, **more: Any) -> Act:
        def act(now: datetime) -> None:
            self.d.things[self.key] = getattr(actions, verb)(self._it, **more, **self._who(name, now))

        return act

    def _vote(self, name: str, level: int) -> Act:
        return self._does("vote", name, level=level)

    def _check_in(self, name: str, remaining: int | None, finished: str) -> Act:
        left = None if remaining is None or remaining < 0 else float(remaining)
        return self._does("check_in", name, remaining=left, finished=self.d.told(finished))

    def _terms(self, by: str, what: str, due: int = 0, why: str = "") -> Act:
        """Put other terms on the table, or accept, leave or take back those that are there."""

        def act(now: datetime) -> None:
            who = self._who(by, now)
            if what in ("due", "drops"):
                due_on = self.d.plain_day(due) if what == "due" else None
                self.terms = actions.put_terms(
                    self._it, due_on=due_on, drops=what == "drops", why=self.d.told(why), **who
                )
            elif self.terms is not None:
                self.d.things[self.key] = getattr(actions, f"{what}_terms")(self.terms, **who)

        return act
