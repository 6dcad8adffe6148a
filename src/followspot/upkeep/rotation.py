"""A new secret for this installation: all that is sealed is sealed anew, and whatever interrupts it, nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from followspot import seals, secret
from followspot.errors import BadInput
from followspot.evidence import lasting
from followspot.objects import ballots
from followspot.practices.pulse.models import Wave

_IN_STEPS = ("secret", "seed")  # of an authenticator app, and of recovery codes


@dataclass(slots=True)
class Sealed:
    """What is kept under seal. lost : what no secret known here opens."""

    count: int = 0
    lost: list[str] = field(default_factory=list)


def renew() -> Sealed:
    """Make a new secret and seal everything with it; the one before still opens what was sealed or signed with it."""
    secret.renew(settings.DATA)
    return anew()


def forget() -> Sealed:
    """Let the secrets before go, once nothing needs them any more."""
    found = anew()
    secret.forget(settings.DATA)
    return found


@transaction.atomic
def anew() -> Sealed:
    """Seal everything with the secret of now: all of it, or as it was. Doing it twice harms nothing."""
    found = Sealed()
    for row, columns in _rows():
        turned = {name: _turned(row, name, value, found) for name, value in columns.items()}
        if isinstance(row, Authenticator):
            turned = {"data": row.data | turned}
        type(row)._base_manager.filter(pk=row.pk).update(**turned)
    for wave in Wave.objects.open().select_for_update():  # so none of them is closed meanwhile
        if ballots.holds(wave.key_name):
            ballots.seal_anew(wave.key_name)
            found.count += 1
        else:
            found.lost.append(f"key of wave {wave.pk}")
    return found


def looked_at() -> Sealed:
    """Say what is under seal, and what of it can't be opened; nothing is changed."""
    found = Sealed()
    for row, columns in _rows():
        for name, value in columns.items():
            _turned(row, name, value, found)
    return found


def give_up() -> Sealed:
    """Go on without what no secret known here opens: the lasting word is made anew, where it is lost."""
    lasting.give_up()
    return anew()


def _rows() -> Iterator[tuple[models.Model, dict[str, str]]]:
    """Yield every row that has something under seal, with what it has; in a transaction nobody changes it meanwhile."""
    held = transaction.get_connection().in_atomic_block
    for model in apps.get_models():
        names = [f.name for f in model._meta.concrete_fields if isinstance(f, seals.SealedField)]
        if names:
            every = model._base_manager.order_by("pk")
            for row in every.select_for_update() if held else every:
                yield row, {name: value for name in names if (value := getattr(row, name))}
    steps = Authenticator.objects.order_by("pk")
    for step in steps.select_for_update() if held else steps:
        yield step, {name: step.data[name] for name in _IN_STEPS if name in step.data}


def _turned(row: models.Model, name: str, value: str, found: Sealed) -> str:
    try:
        turned = seals.anew(value)
    except BadInput:
        found.lost.append(f"{row._meta.verbose_name} {row.pk}: {name.replace('_', ' ')}")
        return value
    found.count += 1
    return turned
