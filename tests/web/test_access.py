"""One walk through every address and every verb, as everybody: what stands in no table, nobody may."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import get_resolver, reverse

from followspot.evidence import log
from followspot.objects import actions as comments
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.danger import actions as danger
from followspot.practices.expectations import actions as expectations
from followspot.practices.lessons import actions as lessons
from followspot.practices.panels import actions as panels
from followspot.practices.panels.rules import USUAL
from followspot.practices.pulse.models import Wave
from followspot.practices.stepaways import actions as stepaways
from followspot.roles import LEADER, MEMBER
from followspot.teams import actions as teams
from followspot.teams.models import Person
from followspot.web import sees
from tests.conftest import _person

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
LEADS, PERFORMS = frozenset({LEADER}), frozenset({MEMBER})

# Who gets through to what. Everybody not named is told 404 (a stranger, who learns nothing) or 403.
NOBODYS = {  # open to whoever comes
    "sign-in", "sign-out", "healthz", "readyz", "metrics", "manifest", "theme", "join", "account_login", "account_logout", "account_signup", "account_inactive",
    "account_email_verification_sent", "account_confirm_email", "account_reset_password", "account_reset_password_done",
    "account_reset_password_from_key", "account_reset_password_from_key_done", "mfa_authenticate", "mfa_login_webauthn",
    "erased", "answer-by-link", "webhook", "api-schema", "api-nowhere",
}  # fmt: skip
ONES_OWN = {  # open to whoever is signed in, about themselves
    "home", "start", "unsent", "profile", "account_email", "account_change_password", "account_set_password", "account_reauthenticate",
    "mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes", "mfa_list_webauthn", "mfa_add_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn",
    "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "my-data", "my-copy", "erase-me",
    "api-docs", "sessions", "end-session", "tokens", "make-token", "revoke-token", "make-calendar", "webhooks", "new-webhook", "my-webhook", "move-webhook", "reach", "change-reach", "link-chat", "connect-chat", "remove-chat",
    "privacy", "how-long", "record", "record-file", "who-sees-what-everywhere",  # the same for everybody
}  # fmt: skip
PROGRAMS = (
    "scim-",
    "mcp",
    "calendar",
    "heard-",
)  # open to a program alone, by its token: walked in the tests of their own room
TEAM = {"ben", "ada"}
KEPT = TEAM | {"kit"}  # and who keeps the team without being of it
THE_LEADERS = {"ada"}
PAGES = {
    "stage": TEAM, "expectations": TEAM, "new-expectation": TEAM, "expectation": TEAM, "pace": TEAM, "barriers": TEAM, "barrier": TEAM,
    "applauses": TEAM, "applaud": TEAM, "applause": TEAM, "bring-words": TEAM, "bring-table": TEAM, "client-words": TEAM, "lessons": TEAM, "tell-lesson": TEAM,
    "lesson": TEAM, "panels": TEAM, "convene-panel": TEAM, "hiring-panel": TEAM, "change-panel": {"ben"}, "score-panel": TEAM, "dangers": TEAM, "danger": TEAM, "search": TEAM,
    "who-looked": THE_LEADERS, "rights-changes": {"ann"}, "chats": {"ann"}, "team-channel": {"ada", "kit"},
    "sideline": THE_LEADERS, "mirror": THE_LEADERS, "mirror-marks": THE_LEADERS, "rate-mirror": THE_LEADERS, "panel": THE_LEADERS, "signs": THE_LEADERS, "ready": THE_LEADERS,
    "who-sees-what": KEPT, "tables": KEPT, "stepaways": KEPT, "stepaway": KEPT, "keep-stepaway": KEPT, "evidence": KEPT, "identities": {"ada", "kit"},
    "source": KEPT, "silences": {"ada", "kit"}, "plan-stepaway": {"ada", "kit"}, "stepaway-showing": {"ada", "kit"}, "stepaway-needing": TEAM, "people": KEPT, "days-off": KEPT, "team-settings": {"ada", "kit"},
    "map-columns": {"ada", "kit"}, "add-service": {"ada", "kit"}, "pulse": TEAM, "pulse-lines": TEAM, "freedom-fit": TEAM, "wave": TEAM, "pulse-settings": {"ada", "kit"},
}  # fmt: skip
ONLY_POST = {  # their verbs are walked below, or in the tests of their own room
    "move-expectation", "settle-terms", "move-barrier", "move-applause", "withdraw-words", "move-lesson", "move-followup", "move-danger",
    "move-panel", "record-panel", "comment", "withdraw-comment", "move-stepaway", "stepaway-calendar", "add-source", "newer-file", "forget-source", "read-again", "replace-token", "make-webhook", "act-as", "leave-team", "hand-over",
    "withdraw-invitation", "invite", "lead", "share-measure", "answer-pulse", "set-pulse", "move-team-channel", "check-in", "withdraw-check-in", "move-wave",
}  # fmt: skip


@pytest.fixture
def world(team, ada, ben, chi, dee, db):
    """A team with one thing of each kind, and six people around it."""
    kit, ann = _person("Kit", "kit@example.org"), _person("Ann", "ann@example.org")
    team.keeper = kit.account
    team.save()
    ann.account.is_staff = True
    ann.account.save()
    other = teams.start_team("Elsewhere", by=dee.account)
    teams.hand_lead(other, to=dee, on=None)
    sid = _person("Sid", "sid@nowhere.org")
    it = expectations.propose(
        team,
        "Refunds in two days",
        owners=[ben],
        starts_on=NOW.date(),
        due_on=date(2027, 1, 5),
        by=ada,
        roles=LEADS,
        now=NOW,
    )
    expectations.put_terms(
        it, why="", due_on=date(2027, 2, 1), by=ben, roles=PERFORMS | it.roles_of(ben), now=NOW
    )
    barrier = barriers.raise_barrier(team, "No keys", by=ben, roles=PERFORMS, now=NOW)
    comments.comment(barrier, "Which keys?", by=chi, now=NOW)
    applause.give(team, "For asking", to=[ben], cites_words="The list", by=chi, roles=PERFORMS, now=NOW)
    applause.bring_words(
        team, "Lovely", said_where="Desk", said_on=NOW.date(), about=[ben], by=chi, roles=PERFORMS, now=NOW
    )
    lessons.tell(team, happened="Twice", known="Alike", changes=("Colours",), by=ben, roles=PERFORMS, now=NOW)
    panels.convene(
        team, candidate="Candidate C", purpose="The gate", criteria=USUAL, panelists=[ada, ben], due_on=date(2027, 1, 5),
        delete_on=date(2027, 5, 1), by=ben, roles=PERFORMS, now=NOW,
    )  # fmt: skip
    danger.declare(
        team,
        why="Fire",
        takes="Calls",
        exit_condition="Out",
        ends_at=datetime.now(UTC) + timedelta(days=2),
        by=ben,
        roles=PERFORMS,
        now=datetime.now(UTC),
    )
    stepaways.plan(
        team,
        ada,
        stretches=[(date(2026, 8, 3), date(2026, 8, 16))],
        margin=0.2,
        flow="landed",
        by=ada,
        roles=LEADS,
        now=NOW,
    )
    Wave.objects.create(team=team, items=["energy"], opened_at=NOW, closes_at=NOW, closed_at=NOW, answered=0)
    return {"ada": ada, "ben": ben, "kit": kit, "dee": dee, "ann": ann, "sid": sid}


def addresses(team):
    """Every address of the product that has a name, with its arguments filled in from the team's own things."""
    from followspot.objects.models import Comment, kinds
    from followspot.practices.expectations.models import Proposal
    from followspot.practices.lessons.models import FollowUp

    pk = {k: m._default_manager.values_list("pk", flat=True).first() for k, m in kinds().items()}
    of = {
        "barrier": "barrier", "move-barrier": "barrier", "expectation": "expectation", "move-expectation": "expectation", "pace": "expectation",
        "applause": "applause", "move-applause": "applause", "client-words": "words", "withdraw-words": "words", "lesson": "lesson",
        "move-lesson": "lesson", "hiring-panel": "panel", "change-panel": "panel", "score-panel": "panel", "record-panel": "panel", "move-panel": "panel", "danger": "danger", "move-danger": "danger", "wave": "wave", "move-wave": "wave", "answer-by-link": "wave",
    }  # fmt: skip
    others = {
        "settle-terms": Proposal.objects.values_list("pk", flat=True).first(),
        "move-followup": FollowUp.objects.values_list("pk", flat=True).first(),
        "withdraw-comment": Comment.objects.values_list("pk", flat=True).first(),
        "stepaway": team.stepaway_set.first().pk, "keep-stepaway": team.stepaway_set.first().pk, "move-stepaway": team.stepaway_set.first().pk, "stepaway-needing": team.stepaway_set.first().pk,
    }  # fmt: skip
    for name, entries in get_resolver().reverse_dict.lists():
        if not isinstance(name, str):
            continue
        number = pk[of[name]] if name in of else others.get(name, 1)
        fill = {
            "slug": team.slug,
            "pk": number,
            "measure": "dependence",
            "form": "json",
            "service": "github",
            "verb": "take",
        }
        for possibilities, *_ in entries:
            yield name, reverse(name, kwargs={a: fill.get(a, "1") for a in possibilities[0][1]})


def test_every_address_stands_in_a_table(team, world):
    known = NOBODYS | ONES_OWN | set(PAGES) | ONLY_POST
    assert {name for name, _ in addresses(team) if not name.startswith(PROGRAMS)} == known


def test_nobody_sees_anything_but_the_way_in(client_of, team, world):
    for name, address in addresses(team):
        if name not in NOBODYS and not name.startswith(PROGRAMS):
            for method in ("get", "post"):
                answer = getattr(client_of(None), method)(address)
                assert (answer.status_code, answer.url.split("?")[0]) == (302, "/sign-in/"), (method, address)


@pytest.mark.parametrize("who", ["ada", "ben", "kit", "dee", "ann", "sid"])
def test_every_page_is_open_to_whom_the_table_says(client_of, team, world, who):
    client = client_of(world[who])
    for name, address in addresses(team):
        if name in PAGES and name not in {"source", "map-columns", "keep-stepaway"}:
            status = client.get(address).status_code
            if who in PAGES[name]:
                assert status == 200, (name, status)
            elif who in KEPT:
                assert status in (302, 403, 404, 409), (name, status)
            else:  # not even that the team exists
                assert status == 404, (name, status)


@pytest.mark.parametrize("who", ["dee", "ann", "sid"])
def test_whoever_is_not_of_the_team_can_do_nothing_in_it(client_of, team, world, who):
    client, before = client_of(world[who]), len(log.single(team, newest=500))
    for name, address in addresses(team):
        if address.startswith(f"/teams/{team.slug}/"):
            assert client.post(address, {"what": "x", "promised_on": "2027-01-01"}).status_code == 404, name
    assert len(log.single(team, newest=500)) == before


VERBS = {
    "move-barrier": ["take", "promise", "pass-up", "clear", "confirm", "reopen", "withdraw", "change"],
    "move-expectation": [
        "agree",
        "terms",
        "vote",
        "start",
        "check-in",
        "offer-help",
        "meet",
        "miss",
        "drop",
        "reopen",
    ],
    "settle-terms": ["accept", "decline", "withdraw"],
    "move-applause": ["clap", "unclap", "change", "withdraw"],
    "move-lesson": ["thank", "own", "useful", "follow-up", "change", "withdraw"],
    "move-followup": ["done", "drop", "open", "link"],
    "move-danger": ["note", "renew", "end", "hand-back"],
    "move-wave": ["promise", "keep", "call-off"],
    "move-panel": ["take-off", "open", "sign", "look-again", "delete-sooner", "erase"],
}


@pytest.mark.parametrize("name", VERBS)
def test_who_only_keeps_the_team_moves_nothing_of_its_practices(client_of, team, world, name):
    client, before = client_of(world["kit"]), len(log.single(team, newest=500))
    address = dict(addresses(team))[name]
    for verb in VERBS[name]:
        assert client.post(address.replace("/take/", f"/{verb}/")).status_code == 403, verb
    assert len(log.single(team, newest=500)) == before


def test_who_only_keeps_the_team_plans_a_step_away_and_does_nothing_else_in_it(client_of, team, world, ben):
    it = team.stepaway_set.get()
    asked = it.handovers.create(area="Keys", stand_in=ben, asked_at=NOW)
    noted = it.entries.create(kind="waits", text="Keys", by=ben, at=NOW)
    client, before = client_of(world["kit"]), len(log.single(team, newest=500))
    sent = {"handover": asked.pk, "entry": noted.pk, "kind": "waits", "text": "x", "why": "x", "area": "x", "stand_in": ben.pk, "answer": "yes"}  # fmt: skip
    for verb in (
        "draw",
        "ask",
        "answer",
        "unask",
        "note",
        "settle",
        "reopen",
        "take-back",
        "break-glass",
        "hand-over",
    ):
        assert client.post(reverse("move-stepaway", args=[team.slug, it.pk, verb]), sent).status_code in (
            403,
            409,
        ), verb
    assert len(log.single(team, newest=500)) == before


# A member who is not the raiser, owner, giver or teller, and not the leader: these are not theirs.
NOT_A_MEMBERS = {
    "move-barrier": ["promise", "pass-up", "clear", "confirm", "reopen", "withdraw", "change"],
    "move-expectation": [
        "agree",
        "terms",
        "vote",
        "start",
        "check-in",
        "offer-help",
        "meet",
        "miss",
        "drop",
        "reopen",
    ],
    "settle-terms": ["accept", "decline", "withdraw"],
    "move-lesson": ["thank", "own", "change", "withdraw"],
    "move-danger": ["hand-back"],
    "move-wave": ["promise", "keep", "call-off"],
    "move-stepaway": ["draw", "withdraw", "restore"],
}
FILLED = {"promised_on": "2027-01-01", "due_on": "2027-03-01", "level": "5", "what": "x", "text": "x", "words": "x", "note": "x", "in_the_way": "x",
          "part": "x", "happened": "x", "known": "x", "handed_back": "x"}  # fmt: skip


@pytest.mark.parametrize("name", NOT_A_MEMBERS)
def test_a_member_does_nothing_that_is_others_to_do(client_of, team, world, chi, name):
    client, before = client_of(chi), len(log.single(team, newest=500))
    address = dict(addresses(team))[name]
    for verb in NOT_A_MEMBERS[name]:
        assert client.post(address.replace("/take/", f"/{verb}/"), FILLED).status_code == 409, verb
    assert len(log.single(team, newest=500)) == before


def test_the_leader_above_sees_and_clears_what_was_passed_up_and_nothing_else(
    client_of, team, world, ada, dee
):
    above = dee.leaderships.get().team
    team.up = above
    team.save()
    barrier = team.barrier_set.get()
    client_of(ada).post(
        reverse("move-barrier", args=[team.slug, barrier.pk, "pass-up"]), {"note": "It needs you"}
    )
    client = client_of(dee)
    seen = reverse("barrier", args=[above.slug, barrier.pk])
    assert "No keys" in client.get(reverse("barriers", args=[above.slug])).text
    assert client.get(seen).status_code == 200
    assert client.get(barrier.get_absolute_url()).status_code == 404
    assert client.post(f"{seen}clear/").status_code == 302
    barrier.refresh_from_db()
    assert (barrier.state, barrier.taker, barrier.raised_at) == ("cleared", dee, NOW)
    assert client.post(f"{seen}confirm/").status_code == 409


def test_private_applause_is_for_two(client_of, team, world, ada, ben, chi):
    given = applause.give(
        team, "For standing back", to=[ada], cites_words="May", by=ben, roles=PERFORMS, now=NOW
    )
    pages = [given.get_absolute_url(), reverse("applauses", args=[team.slug]), reverse("stage", args=[team.slug]),
             reverse("search", args=[team.slug]) + "?q=standing", reverse("applauses", args=[team.slug]) + "?format=csv"]  # fmt: skip
    for page in pages:
        answer = client_of(chi).get(page)
        text = answer.getvalue().decode() if answer.streaming else answer.text
        assert answer.status_code == 404 or "For standing back" not in text
    for person in (ada, ben):
        assert client_of(person).get(pages[0]).status_code == 200


def test_who_raised_without_a_name_is_nowhere(client_of, team, world, ben):
    for name in ("Eve", "Fay"):
        teams.join(team, _person(name, f"{name.lower()}@example.org"), on=date(2020, 1, 1))
    client = client_of(ben)
    url = client.post(
        reverse("barriers", args=[team.slug]), {"what": "The rota is unfair", "unnamed": "on"}
    ).url
    barrier = team.barrier_set.get(what="The rota is unfair")
    assert barrier.raiser is None
    events = log.single(team, objects=(barrier.reference,))
    assert [(e.actor, e.at.hour) for e in events] == [(None, 0)]
    for who in ("ada",):
        for page in (url, reverse("barriers", args=[team.slug]) + "?format=csv"):
            answer = client_of(world[who]).get(page)
            text = answer.getvalue().decode() if answer.streaming else answer.text
            assert "Ben" not in "".join(line for line in text.splitlines() if "rota" in line)
    client_of(world["ada"]).post(f"{url}clear/")
    assert client_of(world["ada"]).post(f"{url}confirm/").status_code == 409
    assert client.post(f"{url}confirm/").status_code == 302
    assert {
        e.actor for e in log.single(team, objects=(barrier.reference,)) if e.activity != "barrier.cleared"
    } == {None}


def test_in_a_small_team_nobody_can_be_unnamed(client_of, team, ben):
    answer = client_of(ben).post(
        reverse("barriers", args=[team.slug]), {"what": "The rota is unfair", "unnamed": "on"}
    )
    assert answer.status_code == 409
    assert "teams of 5 or more" in answer.text
    assert "The rota is unfair" in answer.text


def test_in_a_sample_one_looks_through_others_eyes_and_in_no_other_team(client_of, team, dee, ada, ben):
    sample = teams.start_team("Sample", by=None, sample="Invented")
    marta, wen = (Person.objects.create(name=n) for n in ("Marta", "Wen"))
    teams.hand_lead(sample, to=marta, on=None)
    teams.join(sample, wen, on=date(2020, 1, 1))
    client = client_of(dee)
    assert client.get(reverse("sideline", args=[sample.slug])).status_code == 200
    client.post(reverse("act-as", args=[sample.slug]), {"person": wen.pk})
    assert client.get(reverse("sideline", args=[sample.slug])).status_code == 403
    assert client.get(reverse("stage", args=[sample.slug])).status_code == 200
    client.post(reverse("act-as", args=[sample.slug]), {"person": ada.pk})  # who is not of the sample
    assert client.get(reverse("stage", args=[sample.slug])).status_code == 200
    assert client_of(ben).post(reverse("act-as", args=[team.slug]), {"person": ada.pk}).status_code == 404


def test_who_sees_what_is_made_from_the_tables(client_of, team, ada):
    page = client_of(ada).get(reverse("who-sees-what", args=[team.slug])).text
    for tables in (sees.tables("SEES"), sees.tables("MAY")):
        for title, table in tables.items():
            assert title in page
            for what in table:
                assert what.replace("_", " ")[1:40] in page
    rows = {row.what: row for row in sees.rows(sees.tables("SEES")["Barriers"])}
    assert rows["who raised a barrier without their name"].only == "nobody, ever"
    assert not any(yes for _, yes in rows["who raised a barrier without their name"].cells)
