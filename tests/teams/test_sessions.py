"""Where somebody is signed in: begun anew at each sign-in, listed for them, ended by them and by time."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as live
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from followspot.teams import sessions

pytestmark = pytest.mark.django_db
PASSWORD = "a long enough password"


@pytest.fixture(autouse=True)
def _no_limits_from_before():
    cache.clear()


def browser(person):
    client = Client()
    EmailAddress.objects.get_or_create(
        user=person.account, email=person.account.email, verified=True, primary=True
    )
    answer = client.post(reverse("sign-in"), {"login": person.account.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client):
    return client.get(reverse("profile")).status_code == 200


def test_a_session_begins_anew_at_the_sign_in(ada):
    client = Client()
    client.post(reverse("start"), {"name": "kept through the sign-in"})  # begins a session
    before = client.cookies[live.SESSION_COOKIE_NAME].value
    client.post(reverse("sign-in"), {"login": "ada@example.org", "password": PASSWORD})
    assert client.cookies[live.SESSION_COOKIE_NAME].value != before
    assert not Session.objects.filter(session_key=before).exists()


def test_signing_out_ends_it_and_what_the_browser_kept(ada):
    client = browser(ada)
    key = client.cookies[live.SESSION_COOKIE_NAME].value
    assert "Clear-Site-Data" not in client.get(reverse("sign-out"))
    assert client.post(reverse("sign-out"))["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.filter(session_key=key).exists()
    client.cookies[live.SESSION_COOKIE_NAME] = key  # a copy of it opens nothing either
    assert not is_in(client)


def test_a_new_password_ends_all_others(ada):
    here, elsewhere = browser(ada), browser(ada)
    said = {"oldpassword": PASSWORD, "password1": "other words in a row", "password2": "other words in a row"}
    assert here.post(reverse("account_change_password"), said).status_code == 302
    assert is_in(here)
    assert not is_in(elsewhere)


def test_a_closed_account_ends_all_of_them(ada):
    client = browser(ada)
    ada.account.is_active = False
    ada.account.save()
    assert not is_in(client)


def test_the_list_says_since_when_and_how(ada, ben):
    here, _, _ = browser(ada), browser(ada), browser(ben)
    page = here.get(reverse("sessions")).text
    assert (page.count("Here, in this browser"), page.count("In another browser")) == (1, 1)
    assert page.count("with a password") == 2
    assert here.cookies[live.SESSION_COOKIE_NAME].value not in page


def test_one_is_ended_by_its_mark_and_never_somebody_elses(ada, ben):
    here, there, third, bens = browser(ada), browser(ada), browser(ada), browser(ben)
    keys = [c.cookies[live.SESSION_COOKIE_NAME].value for c in (there, bens)]
    mark, foreign = (sessions._mark(Session.objects.get(session_key=key)) for key in keys)
    for said in (foreign, "nonsense"):
        here.post(reverse("end-session"), {"session": said})
        assert all(map(is_in, (here, there, third, bens)))
    here.post(reverse("end-session"), {"session": mark})
    assert [is_in(c) for c in (here, there, third, bens)] == [True, False, True, True]


def test_all_but_this_one_are_ended_at_once(ada, ben):
    here, there, third, bens = browser(ada), browser(ada), browser(ada), browser(ben)
    assert "Sign out everywhere but here" in here.get(reverse("sessions")).text
    here.post(reverse("end-session"))
    assert [is_in(c) for c in (here, there, third, bens)] == [True, False, False, True]


def test_time_ends_them_however_often_somebody_comes(ada):
    client = browser(ada)
    now = timezone.now()
    assert sessions.end_old(now=now + sessions.LONGEST - timedelta(hours=1)) == 0
    kept = client.session
    kept.set_expiry(60 * 24 * 3600)  # as if it had been used all the time
    kept.save()
    assert sessions.end_old(now=now + sessions.LONGEST + timedelta(hours=1)) == 1
    assert not is_in(client)
