"""Signing in and up, the second step, one's own page, and who may open what of a team's."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.socialaccount.adapter import get_adapter
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.teams import actions
from followspot.teams.models import Account, Invitation, Person

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _no_limits_from_before():
    cache.clear()


@pytest.fixture
def mailed(settings):
    """A host with a mail server."""
    settings.MAIL_GOES = True
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    settings.MFA_ALLOW_UNVERIFIED_EMAIL = False


def confirmed(person):
    EmailAddress.objects.create(user=person.account, email=person.account.email, primary=True, verified=True)
    return person


def sign_in(client, email, password=PASSWORD, **more):
    return client.post(reverse("sign-in"), {"login": email, "password": password, **more})


def show_again(client, going_to):
    """What changes how one signs in asks for the password once more."""
    asked = client.get(going_to)
    assert asked.url == f"/account/confirm/?next={going_to.replace('/', '%2F')}"
    assert "Is it you?" in client.get(asked.url).text
    assert client.post("/account/confirm/", {"password": PASSWORD, "next": going_to}).url == going_to


def link_in(mail):
    return urlsplit(re.search(r"https?://\S+", mail.body)[0]).path


def signed_in(client):
    return "_auth_user_id" in client.session


def code_of(secret):
    step = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def test_signing_in_comes_back_to_where_one_was_going(ada, client):
    answer = client.get("/start/")
    assert answer.url == "/sign-in/?next=/start/"
    page = client.get(answer.url)
    assert '<input type="hidden" name="next" value="/start/"' in page.text
    assert sign_in(client, "ada@example.org", next="/start/").url == "/start/"
    assert signed_in(client)


@pytest.mark.parametrize("away", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)"])
def test_signing_in_never_leads_away(ada, client, away):
    assert sign_in(client, "ada@example.org", next=away).url == "/"


def test_a_wrong_password_keeps_the_address(ada, client):
    answer = sign_in(client, "ada@example.org", "wrong")
    assert "don’t go together" in answer.text
    assert 'value="ada@example.org"' in answer.text
    assert not signed_in(client)


def test_too_many_tries_are_stopped(ada, client):
    for _ in range(6):
        answer = sign_in(client, "ada@example.org", "wrong")
    assert "Wait five minutes" in answer.text or answer.status_code == 429
    assert sign_in(client, "ada@example.org").status_code != 302
    assert not signed_in(client)


def test_signing_out(ada, client_of):
    client = client_of(ada)
    assert "Sign out?" in client.get("/sign-out/").text
    assert client.post("/sign-out/").url == "/sign-in/"
    assert not signed_in(client)


# Coming in


def invite(team, by, **said):
    _, word = actions.invite(team, by=by.account, now=timezone.now(), **said)
    return reverse("join", args=[word])


NEW = {"name": "Eli", "email": "eli@example.org", "password1": "some words in a row"}


def test_nobody_signs_up_without_an_invitation(client):
    for answer in (client.get("/account/sign-up/"), client.post("/account/sign-up/", NEW)):
        assert "comes with an invitation" in answer.text
    assert not Account.objects.exists()


def test_by_a_link_somebody_signs_up_and_joins(team, ada, client):
    door = invite(team, ada)
    page = client.get(door)
    assert "<b>Ada</b> invites you" in page.text
    assert "Quay" in page.text
    sign_up = f"/account/sign-up/?next={door}"
    assert sign_up in page.text
    assert "Name" in client.get(sign_up).text
    answer = client.post("/account/sign-up/", NEW | {"next": door})
    assert answer.url == door
    assert "Join Quay" in client.get(door).text
    for _ in range(2):
        answer = client.post(door)
        assert answer.url == team.get_absolute_url()
    eli = Person.objects.get(account__email="eli@example.org")
    assert eli.name == "Eli"
    assert team.memberships.filter(person=eli).count() == 1
    assert client.get(door).url == team.get_absolute_url()


def test_the_lost_mail_of_a_host_without_mail_is_kept(team, ada, client, mailoutbox):
    client.get(invite(team, ada))
    client.post("/account/sign-up/", NEW)
    assert signed_in(client)
    assert not EmailAddress.objects.get(email="eli@example.org").verified


def test_by_mail_the_address_counts_as_confirmed(team, ada, client_of, mailed, mailoutbox):
    answer = client_of(ada).post("/teams/quay/people/invite/", {"email": "eli@example.org"}, follow=True)
    assert "An invitation went to eli@example.org" in answer.text
    mail = mailoutbox[0]
    assert mail.to == ["eli@example.org"]
    assert mail.subject == "Ada invites you to Quay"
    door, client = link_in(mail), Client()
    assert door in mail.alternatives[0].content
    client.get(door)
    client.post("/account/sign-up/", NEW | {"next": door})
    assert signed_in(client)
    assert EmailAddress.objects.get(email="eli@example.org").verified
    assert client.post(door).url == team.get_absolute_url()
    stranger = Client()
    assert stranger.get(door).status_code == 410


def test_another_address_than_the_invited_one_has_to_be_confirmed(team, ada, mailed, mailoutbox):
    door, client = invite(team, ada, email="eli@example.org"), Client()
    client.get(door)
    client.post("/account/sign-up/", NEW | {"email": "other@example.org", "next": door})
    assert not EmailAddress.objects.get(email="other@example.org").verified
    # The word came by mail all the same, so the invited address is theirs and proved.
    assert EmailAddress.objects.get(email="eli@example.org").verified
    assert Account.objects.filter(email="eli@example.org").exists()


def test_an_address_is_confirmed_by_the_mail_that_goes_there(team, ada, client, mailed, mailoutbox):
    door = invite(team, ada)
    client.get(door)
    answer = client.post("/account/sign-up/", NEW | {"next": door})
    assert answer.url == "/account/mail/sent/"
    assert "Look into your mail" in client.get(answer.url).text
    assert sign_in(Client(), "eli@example.org", NEW["password1"]).url == "/account/mail/sent/"
    confirm = link_in(mailoutbox[0])
    assert "Is this your address?" in client.get(confirm).text
    assert not EmailAddress.objects.get().verified
    assert client.post(confirm).url == door
    assert signed_in(client)
    assert EmailAddress.objects.get().verified
    assert "doesn’t work any more" in Client().get("/account/mail/confirm/nonsense/").text


def test_who_has_an_account_already_is_told_by_mail(team, ada, ben, client, mailed, mailoutbox):
    confirmed(ben)
    client.get(invite(team, ada))
    answer = client.post("/account/sign-up/", NEW | {"email": "ben@example.org"})
    assert answer.url == "/account/mail/sent/"
    assert mailoutbox[0].subject == "You have an account already"


@pytest.mark.parametrize("name", ["x" * 201, "  ", "a\x00b"])
def test_a_name_that_does_not_go_says_so_and_keeps_the_rest(team, ada, client, name):
    client.get(invite(team, ada))
    answer = client.post("/account/sign-up/", NEW | {"name": name})
    assert 'value="eli@example.org"' in answer.text
    assert "error" in answer.text
    assert not Account.objects.filter(email="eli@example.org").exists()


def test_names_in_every_script_are_shown_and_never_run(team, ada, client):
    client.get(invite(team, ada))
    client.post("/account/sign-up/", NEW | {"name": "<script>x</script> إيلي 🎪"})
    page = client.get("/account/profile/").text
    assert "&lt;script&gt;x&lt;/script&gt; إيلي 🎪" in page
    assert "<script>x" not in page


def test_doors_that_do_not_open(team, ada, client):
    unknown = client.get("/join/nothing/")
    assert unknown.status_code == 404
    assert "cut off" in unknown.text
    late, gone = invite(team, ada), invite(team, ada)
    Invitation.objects.filter(word_hash=actions.hash_of(late.split("/")[2])).update(
        expires_at=timezone.now() - timedelta(days=1)
    )
    actions.withdraw(
        Invitation.objects.get(word_hash=actions.hash_of(gone.split("/")[2])), now=timezone.now()
    )
    for door in (late, gone):
        answer = client.get(door)
        assert answer.status_code == 410
        assert "Ask Ada for a new one" in answer.text
        assert "comes with an invitation" in client.get("/account/sign-up/").text


def test_pressing_the_button_after_the_session_was_lost_comes_back(team, ada, client):
    door = invite(team, ada)
    assert client.post(door).url == f"/sign-in/?next={door}"


def test_the_page_of_people_invites_shows_and_withdraws(team, ada, client_of):
    client = client_of(ada)
    answer = client.post("/teams/quay/people/invite/", {})
    door = urlsplit(re.search(r'value="(http[^"]+/join/[^"]+)"', answer.text)[1]).path
    assert "no-store" in answer.headers["Cache-Control"]
    assert "A link to hand round" in client.get("/teams/quay/people/").text
    invitation = Invitation.objects.get()
    for _ in range(2):
        client.post(reverse("withdraw-invitation", args=[team.slug, invitation.pk]))
    assert Client().get(door).status_code == 410
    assert "A link to hand round" not in client.get("/teams/quay/people/").text


def test_a_mistake_in_an_invitation_is_said_beside_its_field(team, ada, client_of):
    answer = client_of(ada).post("/teams/quay/people/invite/", {"email": "nonsense"})
    assert answer.status_code == 422
    assert 'value="nonsense"' in answer.text
    assert not Invitation.objects.exists()


def test_a_mail_that_does_not_go_out_loses_nothing(team, ada, client_of, mailed, monkeypatch):
    monkeypatch.setattr("followspot.teams.mail.EmailMultiAlternatives.send", _no_server)
    answer = client_of(ada).post("/teams/quay/people/invite/", {"email": "eli@example.org"})
    assert "eli@example.org could not be sent" in answer.text
    door = urlsplit(re.search(r'value="(http[^"]+/join/[^"]+)"', answer.text)[1]).path
    # Ada has seen this word, so it proves no address.
    client = Client()
    client.get(door)
    monkeypatch.undo()
    client.post("/account/sign-up/", NEW | {"next": door})
    assert not EmailAddress.objects.get(email="eli@example.org").verified
    assert team.invitations.open(timezone.now()).get().email == ""


def _no_server(*_):
    raise ConnectionRefusedError("nobody there")


# Passwords


def test_a_lost_password_is_replaced_by_mail(ada, client, mailoutbox):
    confirmed(ada)
    assert client.post("/account/password/lost/", {"email": "ada@example.org"}).status_code == 302
    choose = client.get(link_in(mailoutbox[0]), follow=True)
    answer = client.post(
        choose.redirect_chain[-1][0], {"password1": "other words", "password2": "other words"}
    )
    assert "counts" in client.get(answer.url).text
    assert sign_in(client, "ada@example.org", "other words").url == "/"
    assert "doesn’t work any more" in Client().get(link_in(mailoutbox[0]), follow=True).text


def test_nobody_learns_whether_an_address_has_an_account(client, mailoutbox):
    answer = client.post("/account/password/lost/", {"email": "nobody@example.org"}, follow=True)
    assert "If that address has an account" in answer.text
    assert mailoutbox == []


def test_a_password_is_changed(ada, client, mailoutbox):
    confirmed(ada)
    sign_in(client, "ada@example.org")
    said = {"oldpassword": "wrong", "password1": "other words", "password2": "other words"}
    assert "isn’t your password as it is now" in client.post("/account/password/", said).text
    assert client.post("/account/password/", said | {"oldpassword": PASSWORD}).url == "/account/profile/"
    assert mailoutbox[0].subject == "Your password was changed"
    assert signed_in(client)


# The second step


@pytest.fixture
def careful(ada, client):
    """Ada, signed in, with an authenticator app; gives its secret."""
    confirmed(ada)
    sign_in(client, "ada@example.org")
    show_again(client, "/account/second-step/app/")
    page = client.get("/account/second-step/app/")
    secret = re.search(r'id="secret" type="text" value="(\w+)"', page.text)[1]
    answer = client.post("/account/second-step/app/", {"code": code_of(secret)})
    assert answer.url == "/account/second-step/codes/"
    cache.clear()
    return secret


def test_a_code_from_the_app_is_the_second_step(careful, ada):
    other = Client()
    assert sign_in(other, "ada@example.org", next="/start/").url.startswith("/sign-in/second-step/")
    assert not signed_in(other)
    assert "isn’t right" in other.post("/sign-in/second-step/", {"code": "000000"}).text
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):  # a code counts once
        assert other.post("/sign-in/second-step/", {"code": code_of(careful)}).url == "/start/"
    assert signed_in(other)


def test_a_recovery_code_opens_once(careful, ada):
    found = Authenticator.objects.get(user=ada.account, type=Authenticator.Type.RECOVERY_CODES)
    code = RecoveryCodes(found).get_unused_codes()[0]
    first, second = Client(), Client()
    sign_in(first, "ada@example.org")
    assert first.post("/sign-in/second-step/", {"code": code}).status_code == 302
    assert signed_in(first)
    sign_in(second, "ada@example.org")
    second.post("/sign-in/second-step/", {"code": code})
    assert not signed_in(second)


def test_the_codes_are_shown_kept_and_renewed(careful, client):
    page = client.get("/account/second-step/codes/").text
    codes = re.findall(r"<li><code>(\d+)</code>", page)
    assert len(codes) == 10
    assert codes[0] in client.get("/account/second-step/codes/file/").text
    client.post("/account/second-step/codes/new/")
    assert codes[0] not in client.get("/account/second-step/codes/").text


def test_the_app_is_taken_away(careful, client):
    assert "Take the app away" in client.get("/account/second-step/").text
    assert client.post("/account/second-step/app/off/").status_code == 302
    assert sign_in(Client(), "ada@example.org").url == "/"


def test_the_second_step_waits_for_a_confirmed_address(ada, client_of, mailed):
    EmailAddress.objects.create(user=ada.account, email=ada.account.email, primary=True, verified=False)
    answer = client_of(ada).get("/account/second-step/app/", follow=True)
    assert not Authenticator.objects.exists()
    assert 'id="secret"' not in answer.text


# One's own page


def test_ones_page_changes_name_zone_and_mail(ada, client_of):
    client = client_of(ada)
    said = {"name": "Ada Byron", "zone": "Asia/Tokyo"}
    assert client.post("/account/profile/", said).url == "/account/profile/"
    ada.refresh_from_db()
    account = Account.objects.get(pk=ada.account.pk)
    assert (ada.name, account.name, account.zone, account.brief_by_mail) == (
        "Ada Byron",
        "Ada Byron",
        "Asia/Tokyo",
        False,
    )
    page = client.get("/account/profile/").text
    assert 'value="Asia/Tokyo"' in page
    assert 'action="/sign-out/"' in page


def test_a_mistake_on_ones_page_keeps_what_was_written(ada, client_of):
    answer = client_of(ada).post("/account/profile/", {"name": "x" * 201, "zone": "Mars/Olympus"})
    assert answer.status_code == 422
    assert "Mars/Olympus" in answer.text
    ada.refresh_from_db()
    assert ada.name == "Ada"


def test_times_are_shown_in_the_readers_zone(ada, client_of, team):
    seen = []
    account = ada.account

    def look(request):
        from django.http import HttpResponse

        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    from django.test import RequestFactory

    from followspot.teams.zones import ZoneMiddleware

    for zone in ("Asia/Tokyo", "", "Mars/Olympus", "../etc/passwd"):
        account.zone = zone
        request = RequestFactory().get("/")
        request.user = account
        ZoneMiddleware(look)(request)
    assert seen == ["Asia/Tokyo", "UTC", "UTC", "UTC"]
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_mail_address_is_added_confirmed_and_made_the_main_one(ada, client, mailed, mailoutbox):
    confirmed(ada)
    sign_in(client, "ada@example.org")
    show_again(client, "/account/second-step/app/")
    client.post("/account/mail/", {"action_add": "1", "email": "ada@home.example"}, follow=True)
    client.post(link_in(mailoutbox[0]))
    client.post("/account/mail/", {"action_primary": "1", "email": "ada@home.example"})
    assert Account.objects.get(pk=ada.account.pk).email == "ada@home.example"
    client.post("/account/mail/", {"action_remove": "1", "email": "ada@example.org"})
    assert EmailAddress.objects.get().email == "ada@home.example"


# A team's pages


def test_the_lead_is_handed_over_on_the_page(team, ada, ben, client_of):
    today = timezone.localdate()
    client = client_of(ada)
    said = {"to": ben.pk, "on": today.isoformat(), "stays": "on"}
    assert client.post("/teams/quay/people/hand-over/", said).url == "/teams/quay/people/"
    assert team.leader_on(today) == ben
    assert client.post("/teams/quay/people/hand-over/", said).status_code == 409
    assert team.leaderships.count() == 2


@pytest.mark.parametrize(
    "said",
    [
        {},
        {"to": "999999", "on": "2026-01-01"},
        {"name": "Eli", "on": "yesterday"},
        {"name": "Eli", "on": "0001-01-01"},
    ],
)
def test_a_mistake_in_handing_over_is_said_and_nothing_changes(team, ada, client_of, said):
    assert client_of(ada).post("/teams/quay/people/hand-over/", said).status_code == 422
    assert team.leaderships.count() == 1


def test_a_member_leaves_by_themselves(team, ada, ben, client_of):
    assert "Leave this team" in client_of(ben).get("/teams/quay/people/").text
    assert "Leave this team" not in client_of(ada).get("/teams/quay/people/").text
    for _ in range(2):
        assert client_of(ben).post("/teams/quay/people/leave/").status_code == 302
    assert team.memberships.get(person=ben).ends_on == timezone.localdate()
    assert client_of(ada).post("/teams/quay/people/leave/").status_code == 409


def settings_of(team, **said):
    known = {"name": team.name, "zone": team.zone, "week_off": list(team.week_off)}
    return known | said


def test_a_teams_particulars_are_changed(team, ada, client_of):
    above = actions.start_team("Port", by=ada.account)
    said = settings_of(
        team, name="Pier", zone="Europe/Lisbon", week_off=["4", "5"], up=above.pk, country="PT"
    )
    assert client_of(ada).post("/teams/quay/settings/", said).url == "/teams/quay/settings/"
    team.refresh_from_db()
    assert (team.name, team.slug, team.week_off, team.up, team.country) == ("Pier", "quay", "45", above, "PT")
    region = settings_of(team, up=above.pk, country="PT", region="11")
    client_of(ada).post("/teams/quay/settings/", region)
    team.refresh_from_db()
    assert team.region == "11"
    client_of(ada).post("/teams/quay/settings/", region | {"country": "DE"})
    team.refresh_from_db()
    assert (team.country, team.region) == ("DE", "")


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "x" * 121},
        {"name": " "},
        {"zone": "Mars"},
        {"week_off": list("0123456")},
        {"country": "XX"},
        {"region": "BY"},
    ],
)
def test_a_mistake_in_the_particulars_is_said(team, ada, client_of, wrong):
    answer = client_of(ada).post("/teams/quay/settings/", settings_of(team, **wrong))
    assert answer.status_code == 422
    assert 'class="error"' in answer.text
    team.refresh_from_db()
    assert team.name == "Quay"


def test_a_team_answers_neither_to_one_below_nor_to_a_strangers(team, ada, dee, client_of):
    below = actions.start_team("Berth", by=ada.account)
    below.up = team
    below.save()
    foreign = actions.start_team("Foreign", by=dee.account)
    for up in (below, foreign, team):
        answer = client_of(ada).post("/teams/quay/settings/", settings_of(team, up=up.pk))
        assert answer.status_code == 422
    team.refresh_from_db()
    assert team.up is None


PAGES = {
    # who : stranger, member, leader, keeper, admin; nobody is sent to sign in
    "people": (404, 200, 200, 200, 404),
    "days-off": (404, 200, 200, 200, 404),
    "team-settings": (404, 409, 200, 200, 404),
}
VERBS = {
    "invite": (404, 409, 200, 200, 404),
    "hand-over": (404, 409, 422, 409, 404),
    "team-settings": (404, 409, 422, 422, 404),
    "leave-team": (404, 302, 409, 409, 404),
}


@pytest.fixture
def five(team, ada, ben, dee):
    """A stranger, a member, the leader, a keeper and an admin."""
    from tests.conftest import _person

    keeper, admin = _person("Kim", "kim@example.org"), _person("Root", "root@example.org")
    team.keeper = keeper.account
    team.save()
    admin.account.is_staff = True
    admin.account.save()
    return dee, ben, ada, keeper, admin


@pytest.mark.parametrize("name", PAGES)
def test_who_opens_a_page(five, team, client_of, name):
    address = reverse(name, args=[team.slug])
    assert tuple(client_of(p).get(address).status_code for p in five) == PAGES[name]
    assert client_of(None).get(address).url == f"/sign-in/?next={address}"


@pytest.mark.parametrize("name", VERBS)
def test_who_does_what(five, team, client_of, name):
    address = reverse(name, args=[team.slug])
    assert tuple(client_of(p).post(address).status_code for p in five) == VERBS[name]
    assert client_of(None).post(address).url == f"/sign-in/?next={address}"


@pytest.mark.parametrize("name", ["invite", "hand-over", "leave-team"])
def test_the_address_of_an_act_leads_to_its_page(team, ada, client_of, name):
    assert client_of(ada).get(reverse(name, args=[team.slug])).url == "/teams/quay/people/"


def test_only_the_own_account_is_ever_changed(ada, ben, client_of):
    for name in ("profile", "account_email", "mfa_index", "mfa_list_webauthn", "account_change_password"):
        assert client_of(None).get(reverse(name)).url == f"/sign-in/?next={reverse(name)}"
        assert client_of(ben).get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "address",
    ["/sign-in/", "/account/password/lost/", "/account/password/lost/sent/", "/account/mail/sent/", "/account/inactive/",
     "/account/password/new/1-x/", "/account/password/new/done/", "/account/mail/confirm/x/", "/account/sign-up/"],
)  # fmt: skip
def test_what_comes_before_signing_in_is_ours_and_open(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.text.count("<h1") == 1
    assert "Skip to the work" in answer.text


def test_the_first_account_is_made_once_and_can_be_secured(db):
    from followspot.cli.server import _first_account

    email, _ = _first_account()
    assert EmailAddress.objects.get(user__email=email).verified
    assert _first_account() is None


def test_accounts_from_before_are_confirmed(ada, ben):
    from importlib import import_module

    from django.apps import apps

    confirmed(ben)
    import_module("followspot.teams.migrations.0003_addresses_verified").confirm(apps, None)
    assert EmailAddress.objects.filter(user=ada.account, primary=True, verified=True).count() == 1
    assert EmailAddress.objects.count() == 2


# Configuration


def settings_with(tmp_path, code, **said):
    env = {k: v for k, v in os.environ.items() if not k.startswith(("FOLLOWSPOT", "DJANGO"))}
    env |= {"FOLLOWSPOT_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "followspot.web.settings", **said}
    return subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)


OIDC = """
import django; django.setup()
from django.conf import settings
from django.urls import reverse
(app,) = settings.SOCIALACCOUNT_PROVIDERS["openid_connect"]["APPS"]
print(app["name"], app["client_id"], app["settings"]["server_url"], settings.SECURE_CSP["form-action"][-1])
print(reverse("openid_connect_login", args=[app["provider_id"]]))
"""


def test_the_organisations_sign_in_comes_from_the_environment(tmp_path):
    done = settings_with(
        tmp_path,
        OIDC,
        FOLLOWSPOT_OIDC_ISSUER="https://id.example.org/realms/quay/",
        FOLLOWSPOT_OIDC_CLIENT_ID="followspot",
        FOLLOWSPOT_OIDC_CLIENT_SECRET="secret",
        FOLLOWSPOT_OIDC_NAME="The port’s sign-in",
    )
    assert done.stdout.splitlines() == [
        "The port’s sign-in followspot https://id.example.org/realms/quay https://id.example.org",
        "/account/oidc/own/",
    ], done.stderr


@pytest.mark.parametrize("way", ["organisation", "federation"])
def test_people_come_from_the_organisations_sign_in(way):
    env = {k: v for k, v in os.environ.items() if not k.startswith("FOLLOWSPOT")}
    done = subprocess.run([sys.executable, "-m", f"tests.web.{way}"], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == "All came as they should.", done.stderr


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (None, "can't be read (No such file or directory)"),
        ("no metadata", "is no SAML metadata"),
        ('<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="x"/>', "says nothing of"),
    ],
)
def test_metadata_that_cannot_be_used_says_why(tmp_path, written, told):
    path = tmp_path / "metadata.xml"
    if written is not None:
        path.write_text(written)
    done = settings_with(tmp_path, "import django; django.setup()", FOLLOWSPOT_SAML_METADATA=str(path))
    assert "FOLLOWSPOT_SAML_METADATA: " in done.stderr
    assert told in done.stderr


def test_what_is_configured_becomes_a_provider(settings, rf):
    app = {"provider_id": "own", "name": "The port", "client_id": "x", "secret": "y",
           "settings": {"server_url": "https://id.example.org"}}  # fmt: skip
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    provider = get_adapter().get_provider(rf.get("/"), "own")
    assert (provider.name, provider.server_url) == (
        "The port",
        "https://id.example.org/.well-known/openid-configuration",
    )


MAIL = """
from django.conf import settings
said = settings.MAILERS["default"]["OPTIONS"]
print(settings.MAIL_GOES, settings.ACCOUNT_EMAIL_VERIFICATION, said.get("host"), said.get("port"), said.get("password"), said.get("use_tls"), said.get("use_ssl"))
"""


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "False optional None None None None None"),
        ("smtp://me:p%40ss@post.example:2525?tls=1", "True mandatory post.example 2525 p@ss True False"),
        ("smtps://post.example", "True mandatory post.example 465  False True"),
        ("smtp://post.example", "True mandatory post.example 25  False False"),
    ],
)
def test_mail_comes_from_the_environment(tmp_path, url, said):
    assert settings_with(tmp_path, MAIL, FOLLOWSPOT_MAIL=url).stdout.strip() == said


def test_a_wrong_mail_address_says_how_to_write_it(tmp_path):
    assert "smtp://user:password@host" in settings_with(tmp_path, MAIL, FOLLOWSPOT_MAIL="post.example").stderr


def test_mail_without_a_server_is_kept_as_files(tmp_path):
    code = "import django; django.setup()\nfrom django.core.mail import EmailMessage\nEmailMessage('A', 'B', to=['x@y.org']).send()"
    done = settings_with(tmp_path, code)
    assert len(list((tmp_path / "mail").iterdir())) == 1, done.stderr
