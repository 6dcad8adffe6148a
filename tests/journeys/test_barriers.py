"""A barrier is raised, taken, cleared, confirmed and left alone; and one is raised without a name."""

import csv
import io
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser

SOON = date.today() + timedelta(days=6)


@pytest.mark.every_way
def test_barrier(quay):
    ben, ada = quay.ben, quay.ada
    ben.open("lessons/")
    ben.acts = 0
    ben.press("Raise a barrier")
    ben.write("What is in the way?", "The night sheet needs three signatures")
    ben.press("Raise it")
    assert ben.acts == 2
    ben.sees("Raised. Ada answers by", "Waits for an answer")
    ben.shot("1-raised")

    ada.open("barriers/")
    ada.shot("2-board")
    ada.press("The night sheet needs three signatures")
    ada.date("Cleared by", SOON)
    ada.write("A word to whoever waits", "I ask the harbour office on Monday.")
    ada.press("Take it")
    ada.sees("Yours, with a promise for", "Ada promised", "Day 0 of", "I ask the harbour office")
    ada.shot("3-taken")
    ada.write("Whose is it to decide from now on?", "Whoever is on the night shift decides alone.")
    ada.press("Say it’s cleared")
    ada.sees("Now Ben says whether it’s gone", "Cleared. Is it gone?")
    expect(ada.button("Yes, it’s gone")).to_have_count(0)

    it_goes(ben)
    it_stays_gone(quay, ben)


def it_goes(ben):
    """The raiser is asked, and alone can say so."""
    ben.open()
    ben.sees("Ada says it was cleared: “The night sheet needs three signatures”")
    ben.shot("4-asked")
    ben.press("Is it?")
    ben.press("Yes, it’s gone")
    ben.sees("Gone. Now it is left alone.", "Whoever is on the night shift decides alone.")
    ben.shot("5-gone")
    ben.sees_not("Stepped back on")


def it_stays_gone(quay, ben):
    """Two weeks without the leader's hand on it, and they have stepped back."""
    quay.later(days=13)
    ben.open("barriers/")
    expect(ben.main.locator(".stepped .barrier")).to_contain_text("Gone since")
    assert quay.later(days=15) >= 1
    ben.open("barriers/")
    expect(ben.main.locator(".stepped .barrier")).to_contain_text("Ada stepped back")
    ben.shot("6-stepped-back")
    ben.press("The night sheet needs three signatures")
    ben.sees("Stepped back on")
    said = ben.main.locator(".history li").all_inner_texts()
    assert len(said) == 5
    for line in (
        "Ben raised it",
        "Ada took it, and promised",
        "Ada said it was cleared",
        "Ben said it is gone",
    ):
        assert any(line in s for s in said), line


def test_barrier_without_a_name(quay):
    chi, ada, dee = quay.chi, quay.ada, quay.dee
    chi.open("expectations/")
    chi.press("Raise a barrier")
    chi.write("What is in the way?", "Nobody dares to say no to the port captain")
    chi.unfold("Say what it holds up, or raise it without your name")
    chi.tick("Raise it without my name")
    chi.shot("1-unfolded")
    chi.press("Raise it")
    chi.sees("Raised.", "Your name is nowhere. This browser alone knows", "Raised without a name")
    chi.shot("2-raised")

    one = chi.page.url.removeprefix(quay.house.url)
    for somebody in (ada, dee):
        for page in (one, "", "search/?q=captain"):
            somebody.open(page)
            somebody.sees_not("Chi")
        somebody.open("barriers/")
        expect(somebody.main.locator(".board")).not_to_contain_text("Chi")
    assert "Chi" not in table(ada, "barriers/?format=csv", "without a name")
    ada.open("sideline/")
    ada.sees_not("Chi")
    ada.open("search/?q=captain")
    ada.press("Nobody dares to say no to the port captain")
    ada.write("Whose is it to decide from now on?", "The shift leader says no.")
    ada.press("Say it’s cleared")
    ada.sees("Now whoever raised it says whether it’s gone")

    dee.open("barriers/")
    expect(dee.button("Yes, it’s gone")).to_have_count(0)
    chi.open("barriers/")
    chi.shot("3-is-it-gone")
    chi.press("Yes, it’s gone")
    chi.sees("Gone. Now it is left alone.")
    ada.open(one)
    ada.sees("Said it is gone")
    ada.sees_not("Chi")
    # Told without a name, it is told without a time: the history says the day alone.
    whole = ada.main.locator(".history li", has_text="Said it is gone").locator("time")
    assert ":" not in whole.inner_text()
    ada.shot("4-history")


def table(hand, path, said):
    """Read a list as CSV and look that no cell is a formula."""
    answer = hand.page.request.get(hand.base + path)
    assert answer.ok
    text = answer.body().decode("utf-8-sig")
    assert said in text
    rows = list(csv.reader(io.StringIO(text)))
    assert len({len(row) for row in rows}) == 1
    assert not [cell for row in rows for cell in row if cell.lstrip()[:1] in set("=+-@")]
    return text
