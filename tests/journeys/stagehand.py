"""Beside the running app, on its data: sets teams up by the public verbs, and lets time pass.

A process of its own, since the app is one too: a line of JSON in, a line of JSON out.
"""

# ruff: noqa: E402 - the models are there only once the apps are

import json
import os
import sys
from datetime import date, timedelta

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "followspot.web.settings"
django.setup()

from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils import timezone

from followspot import practices
from followspot.channels import chats
from followspot.channels.models import Chat
from followspot.objects import ballots
from followspot.objects.models import kinds
from followspot.practices.pulse import actions as pulse
from followspot.practices.pulse.models import Wave
from followspot.practices.stepaways.models import StepAway
from followspot.teams import actions
from followspot.teams.models import Account, Person, Team
from tests.journeys import full_team

SINCE = date(2020, 1, 1)


def person(name: str, password: str) -> str:
    """Make somebody with an account, as after an invitation."""
    email = f"{name.lower()}@example.org"
    account = Account.objects.create_user(email, password, name=name)
    EmailAddress.objects.create(user=account, email=email, primary=True, verified=True)
    Person.objects.create(name=name, account=account)
    return email


def team(name: str, leader: str, front: list[str]) -> str:
    """Start a team with a leader and a front line."""
    people = {p.name: p for p in Person.objects.filter(name__in=[leader, *front], account__isnull=False)}
    it = actions.start_team(name, by=people[leader].account)
    actions.hand_lead(it, to=people[leader], on=None)
    for one in front:
        actions.join(it, people[one], on=SINCE)
    return it.slug


def fill(slug: str) -> list[str]:
    """Bring a team to life; return the addresses of what there is in it."""
    return full_team.fill(Team.objects.get(slug=slug), now=timezone.now())


def later(days: int) -> int:
    """Let happen what happens by itself, as if some days had gone."""
    return practices.by_itself(now=timezone.now() + timedelta(days=days))


def gone(slug: str, days: int) -> int:
    """Let a team's step-aways lie so many days earlier, as if that time had gone; nobody can wait for it."""
    back = timedelta(days=days)
    for it in StepAway.objects.filter(team__slug=slug):
        it.begins_on, it.ends_on = it.begins_on - back, it.ends_on - back
        it.declared_at -= back
        it.save()
        for stretch in it.stretch_set.all():
            stretch.begins_on, stretch.ends_on = stretch.begins_on - back, stretch.ends_on - back
            stretch.save()
    return practices.by_itself(now=timezone.now())


def answer(slug: str, front: list[str], step: int) -> int:
    """Let people answer the open wave, all items with one step; return how many did."""
    wave = Wave.objects.open().get(team__slug=slug)
    for name in front:
        who = Person.objects.get(name=name, account__isnull=False)
        pulse.answer(
            wave, who, {i.slug: str(step) for i in wave.asks()}, f"A word of {step}", now=timezone.now()
        )
    return len(front)


def link(slug: str, name: str) -> str:
    """Return the link that somebody gets by mail, below this host."""
    wave = Wave.objects.open().get(team__slug=slug)
    who = Person.objects.get(name=name, account__isnull=False)
    return reverse("answer-by-link", args=[slug, wave.pk, ballots.word_for(wave.key_name, who.pk)])


def chat(secret: str) -> str:
    """Listen to a Slack on this machine, as after an admin connected it."""
    there = Chat.objects.filter(service="slack").first()
    admin = Account.objects.get(email="me@localhost")
    return str(there or chats.connect("slack", "Harbour", secret, by=admin, now=timezone.now()))


def count(slug: str, kind: str) -> int:
    """Count a team's objects of a kind."""
    return kinds()[kind]._default_manager.filter(team__slug=slug).count()


def main() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        verb = {f.__name__: f for f in (person, team, fill, later, gone, answer, link, chat, count)}[
            asked.pop("do")
        ]
        sys.stdout.write(json.dumps(verb(**asked)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
