"""What a team does in the app, written down as events."""

from datetime import timedelta

from followspot import disclosure
from followspot.evidence.table import Spell, Who, connect, masked
from followspot.items import MIRROR
from tests.events import ADA, BEN, CHI, DEE, START, change, event, table

LAST = 360.0  # the day of looking, counted from START
ASOF = START + timedelta(days=LAST)


def log(rows, *, zone="UTC", leader=ADA):
    return masked(table(connect(zone), rows), Who(leads=(Spell(leader),)))


def expectation(number, *, owner=BEN, day=0.0, ended=None, ending="met", freedom=None, agreed=True):
    """An expectation proposed on a day, agreed and begun the day after, with a freedom if one was agreed."""
    it = f"expectation:{number}"
    rows = [event("expectation.proposed", ADA, day=day, object=it, to=[owner])]
    if not agreed:
        return rows
    rows += [
        event("expectation.agreed", owner, day=day + 1, object=it, value=20000.0, unit="day"),
        event("expectation.started", owner, day=day + 1, object=it),
    ]
    if freedom is not None:
        rows.append(freed(number, freedom, day=day + 1, by=owner))
    if ended is not None:
        rows.append(event(f"expectation.{ending}", owner, day=ended, object=it))
    return rows


def freed(number, freedom, *, day, by=BEN):
    it = f"expectation:{number}"
    return event(
        "expectation.freedom_agreed", by, day=day, object=it, value=float(freedom), unit="level",
        key=f"free{number}{freedom}{day}",
    )  # fmt: skip


def touch(number, *, day, activity="comment.made", asked=False, thing="expectation", by=ADA):
    """The leader puts a hand on what the front line has in hand."""
    one = event(
        activity,
        by,
        day=day,
        object=f"{thing}:{number}",
        about=["front:owned"],
        key=f"t{number}{day}{activity}",
    )
    return one | {"invited_by": "k" if asked else None}


def said(activity, thing, *, day, by=BEN, **more):
    return event(activity, by, day=day, object=thing, key=f"{activity}{thing}{day}{by}", **more)


def wave(number, *, day, activity="wave.tallied", items=("energy", "safety", "work")):
    """What was let out of a wave in which fourteen answered alike."""
    return [
        event(
            activity, None, day=day, object=f"wave:{number}", about=[f"item:{item}"], value=value, unit=unit,
            key=f"{activity}{number}{item}{unit}",
        )
        for item in items
        for value, unit in disclosure.told(disclosure.Released(14, (0, 0, 3, 9, 3)))
    ]  # fmt: skip


def everything(leader=ADA, people=(BEN, CHI, DEE), areas=("src",)):
    """A year in which everything happens that any measure reads; at hours of the day, so that hours can be told."""
    rows = [row for n in range(8) for row in wave(n, day=40 * n + 9)]
    rows += wave(99, day=350, activity="mirror.tallied", items=tuple(MIRROR))
    crew = [*people, *(f"Crew {n} <crew{n}@x.org>" for n in range(4))]
    for n in range(360):
        who, other = crew[n % len(crew)], crew[(n + 1) % len(crew)]
        rows += change(n, who, day=n, by=leader if n % 3 else other, area=areas[n % len(areas)])
        rows += [
            event(
                "item.done",
                one,
                day=n + (0.02 if n % 9 else 0.6),
                object=f"item:{n}{one}",
                about=[f"folder:{areas[0]}"],
                key=f"i{n}{one}",
            )
            for one in crew
        ]
        rows.append(
            event("review.given", (leader, other)[n % 2], day=n, object=f"change:{n}", to=[who], key=f"r{n}")
        )
        if n % 40 == 7:
            rows.append(event("change.reverted", other, day=n, object=f"change:x{n}", key=f"v{n}"))
    for n in range(24):
        day, owner = 5 + 14 * n, crew[n % len(crew)]
        it = f"expectation:{n}"
        rows += expectation(n, owner=owner, day=day, ended=day + 60 if day < 280 else None, freedom=3 + n % 5)
        rows += [
            said("expectation.progressed", it, day=day + 3 + 7 * k, by=owner, value=9.0 - k, unit="items")
            for k in range(8)
            if day + 3 + 7 * k < LAST
        ]
        rows += [touch(n, day=day + 6 + 9 * k, by=leader) for k in range(3) if day + 6 + 9 * k < LAST]
        rows.append(said("comment.made", it, day=day + 2, by=owner, to=[leader]))
        rows.append(said("barrier.raised", f"barrier:{n}", day=day, by=owner, to=[leader], about=[it]))
        rows.append(
            said("barrier.taken", f"barrier:{n}", day=day + 1, by=leader, value=19700.0 + day, unit="day")
        )
        if n % 5:
            clearer = leader if n % 2 else crew[(n + 2) % len(crew)]
            rows.append(said("barrier.cleared", f"barrier:{n}", day=day + 4, by=clearer, to=[owner]))
        rows.append(said("lesson.told", f"lesson:{n}", day=day + 30, by=owner, about=[it]))
        rows.append(
            said(
                "applause.given",
                f"applause:{n}",
                day=day + 33,
                by=leader if n % 2 else crew[n % 3],
                to=[crew[(n + 1) % len(crew)]],
                about=[it, "kind:fixing"],
            )
        )
    rows += [
        said("danger.declared", "danger:1", day=120, by=leader),
        said("danger.ended", "danger:1", day=125, by=leader),
    ]
    return [r for r in rows if r["at"] < ASOF]
