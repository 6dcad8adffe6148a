"""An expectation is proposed, its freedom chosen unseen, its date countered, and it is met; help becomes a barrier."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

TODAY = date.today()
DUE, LATER = TODAY + timedelta(days=28), TODAY + timedelta(days=42)


@pytest.mark.every_way
def test_expectation(quay):
    ada, chi = quay.ada, quay.chi
    ada.open("expectations/")
    ada.press("Set an expectation")
    ada.write("What should be true at the end?", "Every letter is answered in two days")
    ada.tick("Chi")
    ada.date("Due", DUE)
    ada.shot("1-new")
    ada.press("Set it")
    ada.sees("Proposed. It waits for their yes.", "It waits for the yes of Chi")
    one = ada.page.url.removeprefix(quay.house.url)

    freedom_is_chosen_unseen(ada, chi, one)
    another_day_is_agreed(ada, chi, one)
    work_is_done(chi, one)
    help_becomes_a_barrier(ada, chi, one)
    it_is_met(chi, one)


def freedom_is_chosen_unseen(ada, chi, one):
    """Chi chooses; nobody sees it before Ada has chosen too."""
    chi.open()
    chi.sees("“Every letter is answered in two days” is proposed to you.")
    chi.press("Agree, or propose other terms")
    chi.tick("Delegate All yours: you decide, and nobody needs to hear.")
    chi.press("Choose, unseen")
    chi.sees("You chose Delegate.", "once Ada has chosen")
    chi.shot("2-chosen-unseen")
    ada.open(one)
    ada.sees("Not chosen yet: Ada.")
    ada.sees_not("Chi wants", "You chose", "You all chose")
    assert ada.main.locator("#freedom ~ .bill").count() == 0
    ada.tick("Delegate All yours: you decide, and nobody needs to hear.")
    ada.press("Choose, unseen")
    ada.sees("You all chose Delegate. So it is.", "Chi wants", "Ada gives")
    ada.shot("3-revealed")


def another_day_is_agreed(ada, chi, one):
    """Chi counters with another day; Ada accepts, and so it is agreed."""
    chi.open(one)
    chi.unfold("Propose other terms")
    chi.date("Due", LATER)
    chi.write("Why?", "Two of us are at the fair in between.")
    chi.press("Propose it")
    chi.sees("Chi proposes other terms", "Take the proposal back")
    ada.open(one)
    ada.sees("Two of us are at the fair in between.", f"Due {LATER.day} {LATER:%B %Y} instead of")
    ada.shot("4-countered")
    ada.press("Accept")
    ada.sees("Accepted. That’s how it is now.", f"{LATER.day} {LATER:%B %Y}")
    expect(ada.main.locator("#now")).to_have_text("Agreed")


def work_is_done(chi, one):
    chi.open(one)
    chi.press("Start it")
    chi.write("How many pieces remain?", "12")
    chi.write("What got finished?", "The first forty letters")
    chi.press("Check in")
    chi.sees("Noted.", "12 remain")
    chi.shot("5-check-in")


def help_becomes_a_barrier(ada, chi, one):
    """Help is offered, which asks what is in the way; the answer is a barrier that holds it up."""
    ada.open(one)
    ada.press("Offer help")
    ada.sees("Offered. They are asked whether anything is in their way")
    chi.open(one)
    chi.sees("Ada offers help.")
    chi.shot("6-help-offered")
    chi.write("What is in the way?", "The stamps are locked away")
    chi.press("Raise it")
    expect(chi.field("What is in the way?")).to_have_value("The stamps are locked away")
    chi.press("Raise it")
    chi.sees("Raised.", "It holds up Every letter is answered in two days")
    ada.open(one)
    expect(ada.main.locator("#linked + ul")).to_contain_text("The stamps are locked away")


def it_is_met(chi, one):
    chi.open(one)
    chi.write("Where can people see it?", "The list at the desk, week 48")
    chi.press("It’s met")
    chi.sees("Met. It takes the Stage.")
    chi.open()
    expect(chi.main.locator("#hero")).to_have_text("Chi made it true: every letter is answered in two days.")
    chi.sees("The list at the desk, week 48", "The first forty letters")
    expect(chi.main.locator(".front")).not_to_contain_text("Ada")
    expect(chi.main.locator(".hero .clap")).to_have_count(0)  # nobody applauds themselves
    chi.shot("7-stage")
