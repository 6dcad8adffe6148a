"""Somebody looks at what is kept about them, takes a copy, and is erased; axe looks at every page on the way."""

import io
import zipfile

import pytest

from tests.journeys.conftest import PASSWORD
from tests.journeys.hands import WAYS
from tests.journeys.test_accessibility import look as ask_axe
from tests.journeys.test_accessibility import looked  # noqa: F401 - a fixture

pytestmark = pytest.mark.browser

PAGES = ("/privacy/", "/privacy/how-long/", "/privacy/record/", "/privacy/who-sees-what/")


def look(hand, found):
    """Ask axe about a page, where there is a script to ask."""
    if hand.way.script:
        ask_axe(hand, found)


def test_what_is_kept_about_somebody_and_its_end(quay, looked):  # noqa: F811
    name = f"Gwendolyn{quay.way.width}{quay.way.scheme}"
    quay.house.email(name)
    slug = quay.house.ask("team", name="Bay", leader="Ada", front=[name, "Ben"])
    gwen = quay.hand(name)
    gwen.open(f"/teams/{slug}/barriers/")
    gwen.write("What is in the way?", f"No keys, says {name}")
    gwen.press("Raise it")
    gwen.open("/account/profile/")
    gwen.press("See what is kept about you")
    gwen.sees("Barriers you raised", "No keys", "This browser proves nothing")
    look(gwen, looked)
    copy = gwen.page.request.get(gwen.link("Take a copy of all of it").get_attribute("href")).body()
    assert "No keys" in zipfile.ZipFile(io.BytesIO(copy)).read("things.json").decode()
    gwen.press("Be erased")
    gwen.write("Password", PASSWORD)
    gwen.press("It’s me")
    gwen.sees("What goes", "What stays", "It can’t be undone, by anybody.")
    look(gwen, looked)
    gwen.press("Erase me now")
    gwen.sees("Say first what becomes of what you wrote")
    gwen.tick("It stays, without my name")
    gwen.write("Type “erase me”", "erase me")
    gwen.press("Erase me now")
    gwen.sees("You have been erased.")
    look(gwen, looked)

    quay.ada.open(f"/teams/{slug}/barriers/")
    quay.ada.sees("No keys, says someone who left")
    quay.ada.sees_not("Gwendolyn")


@pytest.mark.parametrize("way", WAYS[:2], ids=str)
@pytest.mark.parametrize("page", PAGES)
def test_what_is_promised_to_everybody(quay, looked, page):  # noqa: F811
    quay.ben.open(page)
    look(quay.ben, looked)


def test_a_leader_reads_who_looked(quay, looked):  # noqa: F811
    ada = quay.ada
    ada.open("sideline/")
    ada.press("Who else looked at this")
    ada.sees("Nobody but you has looked.")
    look(ada, looked)
