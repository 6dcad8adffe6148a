"""Events as one Ibis table, whatever holds them, and the mask that stands before every measure.

What comes out of `masked` carries a role and keys that are drawn anew at each read. A measure can
see that work is concentrated; it cannot say in whom.
"""

import os
import secrets
import tempfile
import zoneinfo
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import ibis
import ibis.expr.types as ir
import pyarrow as pa

from followspot.errors import BadInput
from followspot.evidence import identities
from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.event import SCHEMA
from followspot.language import say

LEADER, FRONT, OUTSIDE, BOT = "leader", "front", "outside", "bot"
NOBODY = "nobody"  # who acts in the app without a name: not one person, but any
NAMED = "(named after a person)"
MEMORY, THREADS = "1GB", 8  # of an engine at most, so that no reading takes the machine from the pages


@dataclass(frozen=True, slots=True)
class Spell:
    """A person who leads or is of the team, from an instant (included) to an instant (not included); None: open."""

    person: str
    begins: datetime | None = None
    ends: datetime | None = None


@dataclass(frozen=True, slots=True)
class Who:
    """Everything that joins identities to roles. members None: whoever appears is of the team."""

    leads: tuple[Spell, ...] = ()
    members: tuple[Spell, ...] | None = None
    aliases: dict[str, str] | None = None
    claims: dict[str, str] | None = None
    automata: frozenset[str] = frozenset()  # persons that somebody said are none


def connect(zone: str = "UTC") -> ibis.BaseBackend:
    """Return an in-memory engine whose days are those of a time zone; it never reaches for the network.

    What it can't hold it lays down where temporary files go, as long as it needs it.
    """
    must_be_a_zone(zone)
    engine = ibis.duckdb.connect(
        autoinstall_known_extensions=False,
        autoload_known_extensions=False,
        memory_limit=MEMORY,
        threads=min(THREADS, os.cpu_count() or 1),
        temp_directory=str(Path(tempfile.gettempdir()) / f"followspot-{secrets.token_hex(8)}"),
    )
    engine.raw_sql("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")  # the one that Ibis still writes
    engine.raw_sql(f"SET TimeZone = '{zone}'")  # only names from the list above come so far
    return engine


def must_be_a_zone(zone: str) -> None:
    """Raise BadInput for what is no time zone."""
    if zone not in zoneinfo.available_timezones():
        raise BadInput(say("“{zone}” is not a time zone. Write it like Europe/Lisbon.", zone=zone))


def open_segments(engine: ibis.BaseBackend, paths: Sequence[Path]) -> ir.Table:
    """Return the events of Parquet segments as one table; no segments give an empty one."""
    if not paths:
        return engine.create_table(f"none_{secrets.token_hex(4)}", SCHEMA.empty_table(), temp=True)
    return engine.read_parquet([str(p) for p in paths])


def from_batches(engine: ibis.BaseBackend, batches: Iterable[pa.RecordBatch]) -> ir.Table:
    """Return the events of record batches as one table held in memory."""
    table = pa.Table.from_batches(list(batches), schema=SCHEMA)
    return engine.create_table(f"events_{secrets.token_hex(4)}", table, temp=True)


def people(events: ir.Table, who: Who) -> dict[str, str]:
    """Return identity -> person for everybody who acts or is addressed in the events."""
    return identities.join(_all_identities(events), aliases=who.aliases, claims=who.claims)


def masked(events: ir.Table, who: Who) -> ir.Table:
    """Return the events with roles for people and keys that mean nothing outside this read.

    Columns: at, activity, role, actor (key or null), object (key), links (of what the app wrote,
    the keys of the objects it is about), about (as written, but for what is named after a person), value (1 where an event
    counts itself), told (true where a value was said), unit (or null), invited (true where somebody
    had asked for it), to_leader (true where it addresses the leader), tabular (true for a day's figure rather than one thing).
    """
    engine = events.get_backend()
    joined = people(events, who)
    keys = engine.create_table(f"who_{secrets.token_hex(4)}", _who_table(joined, who), temp=True)
    salts = ibis.literal(secrets.token_hex(16)), ibis.literal(secrets.token_hex(16)[:-3])
    known = events.left_join(keys, events.actor == keys.identity)
    return known.select(
        at=events.at,
        activity=events.activity,
        role=_role(events.at, keys, who, joined),
        actor=ibis.ifelse((keys.kind == BOT) | (keys.identity == NOBODY), ibis.null(str), keys.mark),
        object=_key(events.object, salts),
        links=_links(events, salts),
        about=_about(events, who, joined),
        value=events.value.fill_null(1.0),
        told=events.value.notnull(),
        unit=events.unit,
        invited=(events.invited_by.fill_null("") != ""),
        to_leader=_addresses(events, who.leads, joined),
        tabular=(events.unit == "a day").fill_null(False),
    )


type _Salts = tuple[ir.StringValue, ir.StringValue]


def _key(thing: ir.StringValue, salts: _Salts) -> ir.IntegerValue:
    """Return a key for this read alone, of 64 bits.

    Two hashes, with salts so long that words of eight bytes begin elsewhere: DuckDB's own takes many numbered names for one
    another where two numbers in them differ at once, "day:2024-01-31:2" and the like.
    """
    one, other = salts
    key: ir.IntegerValue = (one + thing).hash() ^ (other + thing).hash()
    return key


def _links(events: ir.Table, salts: _Salts) -> ir.ArrayValue:
    """Return the keys of what the app's own events are about; work names areas, which are no objects, a million times."""

    def key(thing: ir.StringValue) -> ir.IntegerValue:
        return _key(thing.replace("evidence:", ""), salts)

    keys = events.about.map(key)
    found: ir.ArrayValue = ibis.ifelse(events.activity.isin(list(ACTIVITIES)), ibis.null(keys.type()), keys)
    return found


def _all_identities(events: ir.Table) -> list[str]:
    actors = events.select(identity=events.actor)
    addressed = events.select(identity=events.to.unnest())
    found = actors.distinct().union(addressed.distinct()).to_pyarrow()["identity"].to_pylist()
    return sorted({i for i in found if i})


def _who_table(joined: dict[str, str], who: Who) -> pa.Table:
    """Draw one random mark a person, so that no key outlives this read."""
    marks = {person: secrets.token_hex(8) for person in set(joined.values())}
    rows = [(i, p, marks[p], _kind(i, p, who)) for i, p in joined.items()]
    columns = list(zip(*rows, strict=True)) or [(), (), (), ()]
    names = ("identity", "person", "mark", "kind")
    return pa.table({n: pa.array(c, pa.string()) for n, c in zip(names, columns, strict=True)})


def _kind(identity: str, person: str, who: Who) -> str:
    if person in who.automata:
        return BOT
    claimed = identity in (who.claims or {})
    if not claimed and (identities.is_bot(identity) or identities.is_host(identity)):
        return BOT
    return FRONT if who.members is None else OUTSIDE


def _role(at: ir.TimestampValue, keys: ir.Table, who: Who, joined: dict[str, str]) -> ir.StringValue:
    """Return the role at the time of each event: who leads goes before who is of the team."""
    role: ir.StringValue = keys.kind
    for spells, name in ((who.members or (), FRONT), (who.leads, LEADER)):
        for together in _alike(spells):
            theirs = keys.person.isin([joined.get(s.person, s.person) for s in together])
            role = ibis.ifelse(theirs & _within(at, together[0]), name, role)
    return role


def _alike(spells: Iterable[Spell]) -> list[list[Spell]]:
    """Put spells of the same length together: a condition each would be asked of every event."""
    found: dict[tuple[datetime | None, datetime | None], list[Spell]] = {}
    for spell in spells:
        found.setdefault((spell.begins, spell.ends), []).append(spell)
    return list(found.values())


@ibis.udf.scalar.builtin  # type: ignore[untyped-decorator]
def list_has_any(one: list[str], other: list[str]) -> bool:  # type: ignore[empty-body]
    """Say whether two lists share anything; the engine's own."""


def _within(at: ir.TimestampValue, spell: Spell) -> ir.BooleanValue:
    within: ir.BooleanValue = ibis.literal(True)
    if spell.begins is not None:
        within &= at >= ibis.literal(spell.begins)
    if spell.ends is not None:
        within &= at < ibis.literal(spell.ends)
    return within


def _written_as(joined: dict[str, str], spell: Spell) -> list[str]:
    person = joined.get(spell.person, spell.person)
    return sorted({spell.person, *(i for i, p in joined.items() if p == person)})


def _addresses(events: ir.Table, spells: Iterable[Spell], joined: dict[str, str]) -> ir.BooleanValue:
    """Say whether an event addresses somebody who then had one of these spells."""
    found: ir.BooleanValue = ibis.literal(False)
    for spell in spells:
        found |= _within(events.at, spell) & _has_any(events.to, _written_as(joined, spell))
    return found.fill_null(False)


def _has_any(some: ir.ArrayValue, names: Sequence[str]) -> ir.BooleanValue:
    """Say whether a list has any of the names. Most have one entry, of which that is far quicker to say."""
    found: ir.BooleanValue = ibis.ifelse(
        some.length() == 1,
        some[0].isin(names or [""]),
        list_has_any(some, ibis.array([ibis.literal(i) for i in names or [""]])),
    )
    return found


def _about(events: ir.Table, who: Who, joined: dict[str, str]) -> ir.ArrayValue:
    """Return what events are about, with no area by the name of somebody who isn't the leader."""
    areas = events.select(about=events.about.unnest()).distinct().to_pyarrow()["about"].to_pylist()
    leaders = {joined.get(s.person, s.person) for s in who.leads}
    named = identities.named_after(
        (a for a in areas if a), (i for i, p in joined.items() if p not in leaders)
    )
    if not named:
        return events.about
    hidden = ibis.map(list(named), [f"{n.partition(':')[0]}:{NAMED}" for n in named])
    return events.about.map(lambda about: hidden.get(about, about))
