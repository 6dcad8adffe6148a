"""One person in everything that there is, by a name, an address, a login and words that stand nowhere else."""

import subprocess
import unicodedata
from datetime import timedelta
from io import BytesIO

import pyarrow.parquet as pq
from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.evidence import collect, log
from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.practices.panels import actions as panels
from followspot.practices.panels.rules import Asked, Attitude, Place, Sheet
from followspot.practices.pulse import actions as pulse
from followspot.practices.stepaways import actions as stepaways
from followspot.practices.stepaways.rules import Kind
from followspot.roles import AUTHOR, CONVENER, LEADER, MEMBER, OWNER, PANELIST, STAND_IN
from followspot.teams import actions as teams
from followspot.teams import audit, mail
from tests.conftest import _person

NAME = "Zéphyrine Quokkabottom"
FIRST = "Zéphyrine"
MAIL, OTHER_MAIL = "zephyrine.quokkabottom@canary.port", "quokka77@elsewhere.port"
LOGIN = "zquokkabottom"
SAID = "xylophonebreakfast"  # in every text of theirs
NAMES = ("quokka", "zéphyrine", "zephyrine")
PASSWORD = "a long enough password"
LEADS, DID = frozenset({LEADER}), frozenset({MEMBER})


def person():
    it = _person(NAME, MAIL)
    EmailAddress.objects.create(user=it.account, email=MAIL, primary=True, verified=True)
    EmailAddress.objects.create(user=it.account, email=OTHER_MAIL, verified=True)
    return it


def repository(folder):
    """Write a history with their name as author, in a trailer, in a mailmap and in folders."""
    at = "1704099600 +0000"
    stream = "".join(
        f"commit refs/heads/main\nauthor {who} {at}\ncommitter Ada Byron <ada@quay.port> {at}\n"
        f"data {len(told.encode())}\n{told}\nM 644 inline {where}/file\ndata 1\n{n}\n"
        for n, (who, where, told) in enumerate(
            [
                (f"{NAME} <{MAIL}>", LOGIN, "Done"),
                (f"zq <{OTHER_MAIL}>", "src", "Done"),
                (
                    "Chi Ito <chi@quay.port>",
                    f"home/{MAIL.split('@')[0]}",
                    f"Done\n\nReviewed-by: {NAME} <{MAIL}>\n",
                ),
                (
                    f"{unicodedata.normalize('NFD', NAME)} <{MAIL}>",
                    f"of {unicodedata.normalize('NFD', NAME)}",
                    "Done",
                ),
            ]
            * 2
        )
    )
    mailmap = f"{NAME} <{MAIL}> zq <{OTHER_MAIL}>\n"
    stream += f"commit refs/heads/main\nauthor Ada Byron <ada@quay.port> {at}\ncommitter Ada Byron <ada@quay.port> {at}\ndata 4\nDone\nM 644 inline .mailmap\ndata {len(mailmap.encode())}\n{mailmap}\n"
    subprocess.run(["git", "init", "--quiet", "--bare", folder], check=True)
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream, text=True, check=True)
    subprocess.run(["git", "symbolic-ref", "HEAD", "refs/heads/main"], cwd=folder, check=True)
    return folder


def table(team):
    """Bring a table with their name and login in its cells."""
    path = log.uploads() / f"{team.pk}.csv"
    path.write_text(
        f"closed,assignee,key\n2026-01-05,{NAME},K-1\n2026-01-06,{LOGIN},ask {LOGIN}\n2026-01-07,Chi Ito,K-3\n"
    )
    source = collect.connect(
        team, "csv", title=f"Table of {NAME}.csv", path=str(path), mapping={"at": "closed", "actor": "assignee", "object": "key"}, on_error="skip"
    )  # fmt: skip
    run = collect.read(collect.begin(source, now=timezone.now()))
    assert run.state == "done", run.message
    return source


def read(team, path):
    source = collect.connect(team, "git", title="Quay", path=str(path))
    run = collect.read(collect.begin(source, now=timezone.now()))
    assert run.state == "done", run.message
    return source


def practise(team, zed, ada, chi):
    """Let them use every practice, and others write about them."""
    now = timezone.now()
    day, text = now.date() + timedelta(days=4), f"{SAID} {NAME}"
    it = barriers.raise_barrier(team, text, by=zed, roles=DID, now=now)
    it = barriers.take(it, promised_on=day, note=text, by=zed, roles=DID, now=now)
    barriers.clear(it, by=ada, roles=LEADS, now=now)
    e = expectations.propose(
        team, "Refunds", owners=[zed], starts_on=now.date(), due_on=day, by=ada, roles=LEADS, now=now, size=5
    )
    expectations.agree(e, by=zed, roles=DID | {OWNER}, now=now)
    expectations.vote(e, 5, by=zed, roles=DID | {OWNER}, now=now)
    expectations.start(e, by=zed, roles=DID | {OWNER}, now=now)
    expectations.check_in(e, remaining=2, finished=text, by=zed, roles=DID | {OWNER}, now=now)
    expectations.put_terms(e, why=text, due_on=day + timedelta(days=2), by=zed, roles=DID | {OWNER}, now=now)
    given = applause.give(team, text, to=[chi], cites_words=text, by=zed, roles=DID, now=now)
    got = applause.give(team, f"For asking, {NAME}", to=[zed], cites_words=MAIL, by=chi, roles=DID, now=now)
    applause.join(got, by=ada, roles=LEADS, now=now)
    applause.bring_words(team, text, said_where=text, said_on=now.date(), about=[zed], by=zed, roles=DID, now=now)  # fmt: skip
    told = lessons.tell(
        team, happened=text, known=text, believed=text, helps=text, changes=("Colours",), by=zed, roles=DID, now=now
    )  # fmt: skip
    lessons.find_useful(told, by=zed, roles=DID, now=now)
    said = comments.comment(given, f"{text} and @Chi", by=zed, now=now)
    comments.withdraw(said, given, by=zed, now=now)
    comments.comment(given, text, by=zed, now=now)
    comments.comment(given, f"@{FIRST} or {LOGIN}: what does {NAME.upper()} think?", by=chi, now=now)
    risk = danger.declare(
        team, why=text, takes=text, exit_condition="Clean", ends_at=now + timedelta(days=1), by=zed, roles=DID, now=now
    )  # fmt: skip
    apart = unicodedata.normalize("NFD", NAME)  # as some keyboards and file systems write an é
    comments.comment(given, f"And {apart}?", by=chi, now=now)
    teams.start_team(f"Crew of {NAME}", by=ada.account)
    danger.note(risk, f"{NAME} calls", by=ada, roles=LEADS, now=now)
    danger.end(risk, how="", handed_back="", by=ada, roles=LEADS, now=now)
    away = stepaways.plan(
        team, ada, stretches=[(now.date() - timedelta(days=1), day)], margin=0.2, flow="landed", by=ada, roles=LEADS, now=now
    )  # fmt: skip
    asked = stepaways.ask(away, area="Prices", stand_in=zed, by=ada, roles=LEADS, now=now)
    stepaways.answer(asked, yes=False, word=text, by=zed, roles=DID | {STAND_IN}, now=now)
    stepaways.note(away, Kind.CONTACT, text, by=zed, roles=DID, now=now)


def answer_pulses(team, zed, ada):
    """Let a pulse close in which they answered and were named, and another be open in which they did both again."""
    now = timezone.now()
    crew = [_person(f"Crew {n}", f"crew{n}@example.org") for n in range(6)]
    for one in crew:
        teams.join(team, one, on=None)
    pulse.name_groups(
        team,
        dict.fromkeys([zed.pk, *(p.pk for p in crew)], f"Gate of {NAME}"[:60]),
        by=ada,
        roles=LEADS,
        now=now,
    )
    question = {"words": f"Is {NAME} there?", "steps": ["No", "Rarely", "At times", "Often", "Always"]}
    pulse.add_scale(team, title=f"Of {NAME}", source=NAME, licence=MAIL, questions=[question], by=ada, roles=LEADS, now=now)  # fmt: skip
    waves = []
    for begun in (now - timedelta(days=9), now):
        it = pulse.open_wave(team, by=ada, roles=LEADS, now=begun, days=4)
        items = dict.fromkeys(it.items, "4")
        for one in crew:
            pulse.answer(it, one, items, f"{one} says: ask {NAME}, or {LOGIN}", now=begun)
        # In a wave that has closed the words are nobody's and stay; in the open one they are still theirs.
        pulse.answer(it, zed, items, NAME if it.closes_at < now else f"{SAID} {NAME}", now=begun)
        pulse.by_itself(now=now)
        waves.append(it)
    it = pulse.promise(waves[0], f"Ask {NAME}", by=ada, roles=LEADS, now=now)
    pulse.keep(it, f"Asked {MAIL}", by=ada, roles=LEADS, now=now)
    pulse.check_in(team, f"{SAID} {NAME}", by=zed, roles=DID, now=now)
    taken_back = pulse.check_in(team, f"{NAME}, {SAID}", by=zed, roles=DID, now=now)
    pulse.withdraw(taken_back, by=zed, roles=DID | {AUTHOR}, now=now)


def close_waves(team):
    """Let the open wave close, so that what was under seal comes out."""
    pulse.by_itself(now=timezone.now() + timedelta(days=5))
    assert team.wave_set.order_by("-pk")[0].comments.count() == 6


def judge(team, zed, ada, chi):
    """Let them call a panel to its end, and sit on another that is still under seal."""
    now, text = timezone.now(), f"{SAID} {NAME}"
    day = now.date()
    criteria = [Asked(f"{word}, like {NAME}", (NAME, "", "", "", LOGIN)) for word in ("Skill", "Ease")]
    sits, called = DID | {PANELIST}, DID | {CONVENER, PANELIST}

    def convene(whom, people):
        return panels.convene(
            team, candidate=f"{whom} of {NAME}", purpose=f"Relief of {LOGIN}", notes=text, criteria=criteria,
            panelists=people, due_on=day + timedelta(days=2), delete_on=day + timedelta(days=100), by=zed, roles=called, now=now,
        )  # fmt: skip

    def hand_in(it, person, words):
        marks = {c.pk: (4, words) for c in it.criteria.all()}
        panels.hand_in(
            it, Sheet(marks, {a: Place(40, words) for a in Attitude}), by=person, roles=sits, now=now
        )

    it = convene("A friend", [zed, ada, chi])
    for person, words in ((zed, text), (ada, NAME), (chi, MAIL)):
        hand_in(it, person, words)
    panels.decide(
        it, decision="hire", agreed=NAME, reasons=f"{NAME} knows them", differ=MAIL, look_again_on=None, by=chi, roles=sits, now=now
    )  # fmt: skip
    panels.sign(it, dissent=text, by=zed, roles=sits, now=now)
    comments.comment(it, f"{text}, and @Chi?", by=zed, now=now)
    hand_in(it := convene("A cousin", [zed, ada]), zed, text)
    panels.change(
        it, candidate=f"A cousin of {NAME}", purpose="Relief", notes=text, due_on=it.due_on, delete_on=it.delete_on,
        criteria=criteria, panelists=[zed, ada], by=zed, roles=called, now=now,
    )  # fmt: skip
    it = convene("A guest", [zed, ada, chi])
    panels.draft(it, Sheet({}, dict.fromkeys(Attitude, Place(3, text))), by=zed, roles=sits, now=now)
    panels.take_off(it, chi, reason=f"{NAME} says so", by=zed, roles=called, now=now)


def plant(team, zed, ada, chi, folder):
    """Put them everywhere; return where their repository lies."""
    now = timezone.now()
    teams.join(team, zed, on=None, by=ada.account)
    practise(team, zed, ada, chi)
    answer_pulses(team, zed, ada)
    judge(team, zed, ada, chi)
    path = repository(folder / "repo")
    read(team, path)
    table(team)
    teams.claim(team, LOGIN, person=zed, by=ada.account)
    teams.claim(team, f"{NAME} <{MAIL}>", person=zed, by=ada.account)
    invitation, _ = teams.invite(team, by=ada.account, now=now, email=MAIL)
    mail.send_invitation(invitation, "a link")
    EmailMultiAlternatives(f"To {NAME}", f"Dear {NAME}", to=[MAIL]).send()
    audit.looked(team, by=zed.account, person=zed, whose=ada, what="the map", now=now)
    client = Client()
    client.post(reverse("sign-in"), {"login": MAIL, "password": PASSWORD})
    client.post(reverse("account_change_password"), {"oldpassword": "wrong", "password1": "x"})
    elsewhere = Client()
    elsewhere.post(reverse("sign-in"), {"login": MAIL, "password": "wrong"})
    cache.set("reading", f"of {NAME}")
    client_of = Client()
    client_of.force_login(ada.account)
    for address in ("stage", "sideline", "applauses"):
        client_of.get(reverse(address, args=[team.slug]))
    return path


def folded(text):
    return unicodedata.normalize("NFC", text).casefold()


def in_database(marks):
    """Return every column of every table in which a mark stands."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        for row in model._default_manager.all().iterator():
            for field in model._meta.concrete_fields:
                value = field.value_from_object(row)
                shown = row.get_decoded() if field.name == "session_data" else value
                if any(m in folded(str(shown)) for m in marks):
                    found.append(f"{model._meta.label}.{field.name}: {shown!r:.160}")
    return found


def in_files(marks, folder=None):
    """Return every file below the data folder in whose bytes a mark stands; of Parquet, in what it holds."""
    found = []
    for path in sorted((folder or settings.DATA).rglob("*")):
        if not path.is_file() or "static" in path.parts:
            continue
        raw = path.read_bytes()
        told = [raw.decode("utf-8", "replace"), raw.decode("latin-1"), raw.decode("utf-16", "replace")]
        if path.suffix == ".parquet" and raw.endswith(
            b"PAR1"
        ):  # others break theirs, and leave it in the folder
            told.append(str(pq.read_table(BytesIO(raw)).to_pylist()))
        if any(m in folded(t) for t in told for m in marks):
            found.append(str(path.relative_to(folder or settings.DATA)))
    return found
