"""What a team does in the app, written down as events."""

from datetime import timedelta

from followspot.evidence.table import Spell, Who, connect, masked
from tests.events import ADA, BEN, START, event, table

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
