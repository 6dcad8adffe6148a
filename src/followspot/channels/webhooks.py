"""Tells other programs what happens in a team: signed, tried again, and only what whoever set it up may see.

What is sent is signed as the Standard Webhooks specification says: `webhook-id`, `webhook-timestamp` and
`webhook-signature`, an HMAC-SHA256 over the three of id, timestamp and body.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import httpx2
from django.conf import settings
from django.db import transaction
from django.tasks import task
from django.utils import timezone

from followspot import outward, practices, seals
from followspot.channels.models import Dispatch, Webhook
from followspot.errors import BadInput, Refused
from followspot.evidence import news
from followspot.language import say
from followspot.objects import unnamed
from followspot.objects.models import find, kinds
from followspot.teams import access, audit
from followspot.teams.models import Account, Person, Team

MOST = 10  # of one account
AT_ONCE = 200  # events that are taken up for one address in one go
SECONDS = 10
# How long after each failure it is tried again; after the last it is left.
AGAIN = tuple(timedelta(minutes=m) for m in (1, 5, 30, 2 * 60, 6 * 60, 24 * 60))
GIVEN_UP_AFTER = timedelta(days=3)  # of nothing but failures
KEPT = timedelta(days=7)
_ATTEMPT = timedelta(minutes=2)
LATE = timedelta(minutes=10)  # a transaction that began before another may end after it
TEST = "webhook.tested"


def offered() -> dict[str, frozenset[str]]:
    """Return what one can be told of: each practice by its title, with its activities on things that have a page."""
    found = {
        practice.title: frozenset(a for a in practice.emits if a.partition(".")[0] in kinds())
        for practice in practices.practices()
    }
    return {title: activities for title, activities in found.items() if activities}


def known() -> frozenset[str]:
    """Return every activity that one can be told of."""
    return frozenset().union(*offered().values())


@transaction.atomic
def make(
    account: Account, team: Team, address: str, activities: Collection[str], *, now: datetime
) -> tuple[Webhook, str]:
    """Set a webhook up; return it with the secret by which its receiver knows us, shown this once.

    Raises BadInput for an address that can't, or mustn't, be asked, and for activities that nobody knows.
    """
    if not sees(account, team, now=now):
        raise Refused(say("You are not of this team."))
    check(address)
    chosen = sorted(set(activities))
    if not chosen or set(chosen) - known():
        raise BadInput(say("Activities: choose one or more of {known}.", known=", ".join(sorted(known()))))
    if Webhook.objects.filter(account=account, ended_at=None).count() >= MOST:
        raise Refused(say("You have {n} webhooks. Remove one that nothing needs any more.", n=MOST))
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(24)).decode()}"
    it = Webhook.objects.create(
        account=account,
        team=team,
        address=address,
        sealed_secret=seals.seal(secret),
        activities=chosen,
        seen=news.newest(team),
        made_at=now,
    )
    audit.changed_rights(team, by=account, to=account, what=say("a webhook tells another program"), now=now)
    return it, secret


def check(address: str) -> None:
    """Refuse an address within the server's own network, and one that anybody on the way could read."""
    try:
        url = httpx2.URL(address)
    except httpx2.InvalidURL:
        raise BadInput(say("Address: this is none. It begins with https:// and names a host.")) from None
    outward.pinned(url)
    if url.scheme != "https" and not outward.is_internal(url.host):
        raise BadInput(say("Address: it begins with https://, so that nobody reads on the way."))


@transaction.atomic
def remove(it: Webhook, *, by: Account, now: datetime) -> None:
    """Take a webhook away, with what was still to be sent."""
    audit.changed_rights(it.team, by=by, to=it.account, what=say("a webhook tells nobody any more"), now=now)
    it.delete()


@transaction.atomic
def resume(it: Webhook) -> Webhook:
    """Send again after it was given up; what happened meanwhile is not sent."""
    it.ended_at = it.failing_since = None
    it.seen = news.newest(it.team)
    it.save(update_fields=["ended_at", "failing_since", "seen"])
    return it


def test(it: Webhook, *, now: datetime) -> Dispatch:
    """Send something that says it is a test, and return how that went."""
    dispatch = Dispatch.objects.create(webhook=it, event=0, key=f"test-{secrets.token_hex(6)}", due_at=now)
    return dispatch_now(dispatch, now=now)


def go(*, now: datetime) -> int:
    """Take up what happened since, and have sent what is due; return how many dispatches that is."""
    for it in Webhook.objects.filter(ended_at=None).select_related("team", "account"):
        try:
            _take_up(it, now=now)
        except Webhook.DoesNotExist:  # somebody removed it meanwhile
            continue
    Dispatch.objects.filter(ended_at__lt=now - KEPT).delete()
    due = list(Dispatch.objects.filter(due_at__lte=now, webhook__ended_at=None).order_by("pk")[: 5 * AT_ONCE])
    for dispatch in due:
        if until := _taken(dispatch.pk, dispatch.due_at, now=now):
            dispatch_soon.enqueue(dispatch.pk, until.isoformat())
    return len(due)


def _taken(dispatch: int, due_at: datetime | None, *, now: datetime) -> datetime | None:
    """Take a dispatch for as long as an attempt may last, and return until when; None if somebody else did.

    A worker that dies leaves it to the next round.
    """
    until = now + _ATTEMPT
    taken = Dispatch.objects.filter(pk=dispatch, due_at=due_at, ended_at=None).update(due_at=until)
    return until if taken else None


@transaction.atomic
def _take_up(it: Webhook, *, now: datetime) -> None:
    """Write down what is to be sent. A little of what was looked at before is looked at again: some come late."""
    it = Webhook.objects.select_for_update(of=("self",)).select_related("team", "account").get(pk=it.pk)
    since = max(0, it.seen - news.LATE)
    happened = news.after(it.team, since, activities=frozenset(it.activities), most=AT_ONCE + news.LATE)
    late = max(it.made_at, now - LATE)
    Dispatch.objects.bulk_create(
        [
            Dispatch(webhook=it, event=n.number, key=n.key, due_at=_due(it.team, n, now))
            for n in happened
            if n.number > it.seen or n.at > late
        ],
        ignore_conflicts=True,
    )
    it.seen = max([it.seen, *(n.number for n in happened)])
    it.save(update_fields=["seen"])


def _due(team: Team, told: news.News, now: datetime) -> datetime:
    """Let what was told without a name wait for the next day: when it comes would otherwise say when it was told."""
    day = unnamed.blurred(told.at, team)
    return max(now, day + timedelta(days=1)) if told.actor is None and told.at == day else now


@task
def dispatch_soon(dispatch: int, due_at: str) -> None:
    """Send one event, in the background; not where it waited so long that it was taken up once more."""
    now = timezone.now()
    if _taken(dispatch, datetime.fromisoformat(due_at), now=now):
        it = Dispatch.objects.select_related("webhook__team", "webhook__account").get(pk=dispatch)
        dispatch_now(it, now=now)


def dispatch_now(it: Dispatch, *, now: datetime) -> Dispatch:
    """Send one event and note what came of it. What its owner may not see is not sent at all."""
    hook = it.webhook
    said = _said(it, now=now)
    if said is None:
        return _ended(it, "not yours to see", now=now)
    try:
        status = post(hook, it.key, json.dumps(said, ensure_ascii=False).encode(), now=now)
    except (BadInput, httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
        told = (
            str(error).rpartition("] ")[2] or type(error).__name__
        )  # without the number of a system’s error
        return _failed(it, told[:200], now=now)
    if not 200 <= status < 300:
        return _failed(it, f"answered {status}", now=now)
    Webhook.objects.filter(pk=hook.pk).exclude(failing_since=None).update(failing_since=None)
    return _ended(it, f"answered {status}", now=now)


def post(hook: Webhook, key: str, body: bytes, *, now: datetime) -> int:
    """Send a signed body to an address and return the status of the answer; a redirect is not followed.

    Raises TimeoutError for a receiver that has not answered in time, however busily it goes on sending.
    """
    stamp = str(int(now.timestamp()))
    asked = outward.pinned(httpx2.URL(hook.address))
    headers = {
        **asked["headers"],
        "Content-Type": "application/json",
        "webhook-id": key,
        "webhook-timestamp": stamp,
        "webhook-signature": signature(seals.opened(hook.sealed_secret), key, stamp, body),
    }
    sent = _posted(asked["url"], body, headers, asked["extensions"])
    with ThreadPoolExecutor(1) as aside:  # a thread of its own has no other loop running
        return aside.submit(asyncio.run, sent).result()


async def _posted(url: httpx2.URL, body: bytes, headers: dict[str, str], extensions: dict[str, Any]) -> int:
    try:
        async with (
            asyncio.timeout(SECONDS),  # for all of it: the client's own is for each piece that comes
            httpx2.AsyncClient(timeout=SECONDS, follow_redirects=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions=extensions) as answer,
        ):
            return answer.status_code
    except TimeoutError:
        raise TimeoutError(f"no answer within {SECONDS} seconds") from None


def signature(secret: str, key: str, stamp: str, body: bytes) -> str:
    """Return the signature of a body, as Standard Webhooks writes it."""
    lock = base64.b64decode(secret.removeprefix("whsec_"))
    signed = hmac.new(lock, f"{key}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(signed).decode()}"


def _ended(it: Dispatch, answer: str, *, now: datetime) -> Dispatch:
    it.tried, it.answer, it.due_at, it.ended_at = it.tried + 1, answer, None, now
    it.save(update_fields=["tried", "answer", "due_at", "ended_at"])
    return it


def _failed(it: Dispatch, answer: str, *, now: datetime) -> Dispatch:
    """Note a failure, and when it is tried again; an address that has failed for days is left alone."""
    hook = it.webhook
    if it.event == 0 or it.tried >= len(AGAIN):
        _ended(it, answer, now=now)
    else:
        it.tried, it.answer, it.due_at = it.tried + 1, answer, now + AGAIN[it.tried]
        it.save(update_fields=["tried", "answer", "due_at"])
    since = hook.failing_since or now
    over = now if now - since >= GIVEN_UP_AFTER else None
    if it.event:
        Webhook.objects.filter(pk=hook.pk).update(failing_since=since, ended_at=over)
    return it


def _said(it: Dispatch, *, now: datetime) -> dict[str, Any] | None:
    """Return what is sent of an event, or None where whoever set the webhook up may not see it (any more)."""
    hook = it.webhook
    team = {"slug": hook.team.slug, "name": hook.team.name}
    if it.event == 0:
        return {"id": it.key, "activity": TEST, "at": now.isoformat(), "team": team}
    happened = news.one(hook.team, it.event)
    thing = find(hook.team, happened.object) if happened else None
    if happened is None or thing is None:
        return None
    roles = sees(hook.account, hook.team, now=now)
    if not roles or not thing.seen_with(roles | thing.roles_of(_person(hook.account))):
        return None
    actor = happened.actor
    return {
        "id": it.key,
        "activity": happened.activity,
        "at": happened.at.isoformat(),
        "team": team,
        "actor": {"id": actor.pk, "name": actor.name} if actor else None,
        "object": {
            "reference": happened.object,
            "says": thing.in_passing,
            "url": f"{settings.SITE}{thing.get_absolute_url()}",
        },
        "about": list(happened.about),
    }


def _person(account: Account) -> Person | None:
    return Person.objects.filter(account=account).first()


def sees(account: Account, team: Team, *, now: datetime) -> frozenset[Any]:
    """Return what an account is to a team now, as on its pages; nothing where it may not come in."""
    today = team.day(now)
    roles = access.standing(
        team, account=account, person=_person(account), leader=team.leader_on(today), today=today
    )
    return roles if account.is_active and not team.sample and access.comes_in(team, roles) else frozenset()
