"""In which language a reader is spoken to."""

import pytest
from django.test import Client
from django.urls import reverse

from followspot.language import say
from followspot.teams.languages import to

pytestmark = pytest.mark.django_db


def test_a_page_speaks_as_the_browser_asks():
    english, german = (
        Client().get(reverse("sign-in"), headers={"Accept-Language": asks})
        for asks in ("en-US,en;q=0.8", "de-AT,de;q=0.9")
    )
    assert '<html lang="en" dir="ltr"' in english.text
    assert "Who is at the lamp?" in english.text
    assert '<html lang="de" dir="ltr"' in german.text
    assert "Wer ist an der Lampe?" in german.text
    assert german["Content-Language"] == "de"
    assert "Accept-Language" in german["Vary"]


def test_a_browser_that_asks_for_another_language_gets_the_installations(settings):
    assert "Who is at the lamp?" in Client().get(reverse("sign-in"), headers={"Accept-Language": "fi"}).text
    settings.LANGUAGE_CODE = "de"
    assert "Wer ist an der Lampe?" in Client().get(reverse("sign-in"), headers={"Accept-Language": "fi"}).text


def test_what_one_chose_goes_before_what_the_browser_asks(client_of, ada):
    client = client_of(ada)
    page = client.post(
        reverse("profile"), {"name": "Ada", "zone": "", "language": "de", "brief_by_mail": "on"}, follow=True
    )
    assert "Gespeichert." in page.text
    assert "Deine Seite" in client.get(reverse("profile"), headers={"Accept-Language": "en"}).text
    ada.account.refresh_from_db()
    assert ada.account.language == "de"


def test_a_language_that_is_not_there_is_refused(client_of, ada):
    page = client_of(ada).post(reverse("profile"), {"name": "Ada", "zone": "", "language": "tlh"})
    assert page.status_code == 422
    ada.account.refresh_from_db()
    assert ada.account.language == ""


def test_somebody_who_is_written_to_reads_their_own_language(ada, ben):
    ada.account.language = "de"
    with to(ada.account):
        assert str(say("Saved.")) == "Gespeichert."
    with to(ben.account):
        assert str(say("Saved.")) == "Saved."
    with to(None):
        assert str(say("Saved.")) == "Saved."
