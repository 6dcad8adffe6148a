"""The record of processing: made from the models, the rules, the periods and the measures that are installed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.apps import apps
from django.db.models import ForeignKey

from followspot.language import say
from followspot.measures import measures
from followspot.privacy import retention, tables
from followspot.privacy.models import Organisation
from followspot.privacy.relations import is_secret, relations

PURPOSES = (
    (say("Agree work and freedom, clear barriers, give credit, learn from mistakes"), say("The practices of a team, by whoever takes part in them.")),
    (say("Show leaders how they lead, and teams how the work goes while the leader is away"), say("Measures of the leader or of the team as a whole, from the log.")),
    (say("Let people in, and nobody else"), say("Accounts, sessions, invitations, changes of rights.")),
    (say("Let people see and end what is kept about them"), say("Copies, erasures, the log of looks.")),
)  # fmt: skip

PEOPLE = (
    say("The front line and the leaders of the teams that use it"),
    say("People named in a team’s work history (a repository, a table) without an account here"),
    say("Clients, as far as somebody quotes them"),
    say("Candidates before a panel, until the date set for them"),
)

MEASURES_TAKEN = (
    say(
        "Access is denied by default; one table of rules decides for pages, files and commands alike, and a test walks every address."
    ),
    say(
        "What a measure reads is masked: roles, and keys drawn anew at each reading. No measure can say in whom work is concentrated."
    ),
    say(
        "Passwords as Argon2 hashes; a second step by app or passkey; sign-in by the organisation; limits on tries."
    ),
    say("Every look at a leader’s own measures by others, and every change of rights, is written down."),
    say(
        "No page loads anything from elsewhere; no script or style stands in a page; cookies are for the session alone."
    ),
    say("What is told without a name has no name and no time of day in the database."),
    say("Erasing rewrites the files that named somebody and cleans the database’s own file."),
    say(
        "All data lies on the organisation’s own server; nothing is sent to the makers of Followspot or anybody else."
    ),
)

NOT_DONE = (
    say("No ranking, score, point or level of a person, and no list sorted by person."),
    say("No number about one front-line person for anybody but that person."),
    say("No link to pay, promotion or dismissal; no export made for it."),
    say("No machine judges, scores or sorts people; no profile is made of anybody."),
    say(
        "Leave, sickness and part-time of the front line are not data here; only a leader’s own planned step-aways are tested."
    ),
    say("No tracking, and no mail that reports whether it was opened."),
)

FIELDS = {
    "controller": (say("Who is responsible"), say("Name and address of the organisation.")),
    "contact": (say("Whom to ask"), say("A person or an address for questions about this.")),
    "officer": (say("Data protection officer"), say("If there is one.")),
    "legal_basis": (say("On what ground"), say("For example an agreement with the works council, with its date.")),
    "recipients": (say("Who else gets any of it"), say("For example whoever runs the server, or the mail server.")),
    "notes": (say("What else belongs here"), say("Where the server stands, how backups are made and how long they are kept.")),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Data:
    """A kind of rows: which columns it has, and where people stand in it."""

    app: str
    what: str
    purpose: str
    columns: tuple[str, ...]
    people: tuple[str, ...]


def data() -> Iterator[Data]:
    """Every installed model that is Followspot's own or in which people stand."""
    people: dict[type[Any], list[str]] = {}
    for relation in relations():
        people.setdefault(relation.model, []).append(str(relation.field.verbose_name))
    for model in apps.get_models():
        ours = model.__module__.startswith("followspot.")
        if ours or model in people or model._meta.app_label == "sessions":
            columns = (
                f"{f.verbose_name} (secret)" if is_secret(f) else str(f.verbose_name)
                for f in model._meta.local_fields
                if not f.primary_key
                and not (isinstance(f, ForeignKey) and f.verbose_name in people.get(model, ()))
            )
            purpose = (model.__doc__ or "").partition("\n")[0] if ours else ""
            yield Data(
                str(model._meta.app_config.verbose_name) if model._meta.app_config else model._meta.app_label,
                str(model._meta.verbose_name_plural),
                "" if purpose.startswith(f"{model.__name__}(") else purpose,
                tuple(columns),
                tuple(people.get(model, ())),
            )


def compose(*, now: datetime) -> dict[str, Any]:
    """Return the whole record in plain types, for the page and for its files."""
    organisation = Organisation.objects.first() or Organisation()
    return {
        "of": f"{now:%Y-%m-%d}",
        "organisation": {name: getattr(organisation, name) for name in FIELDS},
        "purposes": [{"purpose": p, "how": how} for p, how in PURPOSES],
        "people": list(PEOPLE),
        "data": [asdict(d) for d in data()],
        "measures": [
            {"measure": m.title, "question": m.question, "seen_by": _eyes(m.eyes)}
            for m in measures().values()
        ],
        "who_sees_what": [
            {"of": title, "what": row.what, "who": row.who}
            for title, table in tables.tables("SEES").items()
            for row in tables.rows(table)
        ],
        "kept": [
            {"what": k.kind.title, "days": k.days, "counted_from": k.kind.since}
            for k in retention.periods(now=now, counted=False)
        ],
        "kept_otherwise": [{"what": what, "how_long": how} for what, how in retention.OTHERWISE],
        "technical_measures": list(MEASURES_TAKEN),
        "not_done": list(NOT_DONE),
    }


def _eyes(eyes: str) -> str:
    return {"leader": say("the leader"), "team": say("the team and its leader")}.get(eyes, eyes)


def lines(record: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Write the record as a table of three columns: part, what, and what is said of it."""
    for part, told in record.items():
        if isinstance(told, dict):
            for name, value in told.items():
                yield part, str(FIELDS[name][0]), value
        elif isinstance(told, list):
            for one in told:
                values = list(one.values()) if isinstance(one, dict) else [one]
                yield part, _said(values[0]), "; ".join(_said(v) for v in values[1:])
        else:
            yield part, "", str(told)


def _said(value: object) -> str:
    if isinstance(value, tuple | list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
