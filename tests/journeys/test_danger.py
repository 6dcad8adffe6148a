"""Danger: the page is turned round, the team alone makes it longer, the leader steps back and hands back."""

from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

END = (datetime.now() + timedelta(days=1)).replace(hour=18, minute=0, second=0, microsecond=0)
LONGER = END + timedelta(days=2)


def test_danger(quay):
    ada, ben = quay.ada, quay.ben
    ada.open("sideline/")
    ada.press("Open danger")
    ada.write("What is the danger?", "Payments are taken twice.")
    ada.write("What does the leader take?", "The talk with the bank\nThe word to the press")
    ada.write("What is still the team’s?", "The mending itself")
    ada.write("How does this end?", "Payments are clean for two hours")
    ada.date("And by itself at", END)
    ada.shot("1-declare")
    ada.press("Ada goes to the front")
    ada.sees(
        "The page is turned round.", "Ada is in front.", "How this ends", "Payments are clean for two hours"
    )
    expect(ada.page.locator("body")).to_have_class("turned")
    ada.shot("2-turned")
    one = ada.page.url.removeprefix(quay.house.url)

    everybody_sees_it(ben)
    ben.shot("3-stage-turned")
    ben.press("To the front, and back")
    ben.write("What is new?", "The bank answers at four.")
    ben.press("Report it")
    ben.sees("Reported.", "The bank answers at four.")
    the_team_makes_it_longer_once(ada, ben, one)

    ada.open(one)
    ada.unfold("Step back now")
    ada.write("How did it end?", "Clean since noon.")
    ada.write("What goes back to whom?", "The bank: to Chi\nThe press: to Eve")
    ada.shot("5-step-back")
    ada.press("Step back")
    ada.sees("Stepped back. Now tell the lesson, while it is fresh.", "The bank: to Chi", "The press: to Eve")
    expect(ada.page.locator("body")).not_to_have_class("turned")
    expect(ada.page.locator(".rail")).not_to_contain_text("in front")
    ada.shot("6-stepped-back")
    ada.press("Tell the lesson of it")
    ada.sees("About “Payments are taken twice.”")
    ada.write("What happened?", "A payment was sent again when the answer came late.")
    ada.write("What do we know now?", "A late answer looks like none.")
    ada.press("Tell it")
    ada.sees("It belongs to Payments are taken twice.")


def everybody_sees_it(ben):
    """While it lasts every page says so, in the rail."""
    for page in ("expectations/", "barriers/", "lessons/", "people/", "search/", "applause/", ""):
        ben.open(page)
        expect(ben.page.locator(".rail .alert")).to_contain_text(f"Ada is in front until {END:%A} 18:00")
    expect(ben.page.locator("body")).to_have_class("turned")
    # The leader's part stands before the work, in the markup as on the page.
    assert ben.main.evaluate("m => m.querySelector('.in-front').nextElementSibling.matches('.front')")


def the_team_makes_it_longer_once(ada, ben, one):
    ada.open(one)
    expect(ada.main.locator("summary", has_text="Make it longer")).to_have_count(0)
    ben.unfold("Make it longer")
    ben.date("Until when?", LONGER)
    ben.shot("4-longer")
    ben.press("Make it longer, this once")
    ben.sees("There is no second time.", f"{LONGER:%A} 18:00")
    expect(ben.main.locator("summary", has_text="Make it longer")).to_have_count(0)
