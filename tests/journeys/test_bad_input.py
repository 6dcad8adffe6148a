"""Whatever is typed, sent twice, sent late or sent after the session went: nothing typed is lost."""

from datetime import date, timedelta

import pytest
from playwright.sync_api import Error, expect

from tests.journeys.conftest import PASSWORD, sign_in
from tests.journeys.hands import WAYS

pytestmark = pytest.mark.browser

# What the hands do makes no difference here; script and width do.
some_ways = pytest.mark.parametrize("way", WAYS[1:3], ids=str)

SOON = date.today() + timedelta(days=6)
PASTED = '<script>document.title = "mine"</script><b>bold</b> & "quoted" ’ 🚢🏴‍☠️ שלום עולם مرحبا'


def raised(hand, what="The crane has no key"):
    hand.open("barriers/")
    hand.write("What is in the way?", what)
    hand.press("Raise it")
    hand.sees("Waits for an answer")
    return hand.page.url.removeprefix(hand.page.url.split("/teams/")[0])


@some_ways
def test_whatever_is_pasted(quay):
    ben, ada = quay.ben, quay.ada
    one = raised(ben, PASTED)
    expect(ben.main.locator("h1")).to_have_text(PASTED)
    ben.shot("1-pasted")
    ben.write("Say something", f"{PASTED}\n\n{'long' * 200}")
    ben.press("Say it")
    expect(ben.main.locator(".comments li")).to_contain_text(PASTED)
    assert ben.main.locator("script, b:text('bold')").count() == 0
    for page in ("barriers/", one, "", "search/?q=bold"):
        for hand in (ada, ben):
            hand.open(page)
            assert hand.page.title() != "mine"
            assert hand.page.evaluate("document.documentElement.scrollWidth") <= quay.way.width
    ben.shot("2-found")


@some_ways
def test_too_long_and_too_late(quay):
    ada, ben = quay.ada, quay.ben
    ada.open("expectations/new/")
    ada.write("What should be true at the end?", "x" * 3000)
    ada.date("Due", date.today() - timedelta(days=3))
    ada.press("Set it")
    ada.sees(
        "That wasn’t saved. Look below; nothing you wrote is lost.", "due on or before the day it begins"
    )
    ada.sees("In whose hands is it? Choose one person or more.")
    kept = ada.field("What should be true at the end?").input_value()
    assert kept in ("x" * 3000, "x" * 200)  # the browser itself takes no more than fits
    ada.shot("1-wrong")

    raised(ben)
    one = ben.page.url.removeprefix(quay.house.url)
    ada.open(one)
    ada.field("Cleared by").evaluate("e => e.removeAttribute('min')")
    ada.date("Cleared by", date(2020, 2, 3))
    ada.write("A word to whoever waits", "On it since Monday.")
    ada.press("Take it")
    ada.sees("That was not done", "3 February 2020 has gone. Promise today or a later day.")
    expect(ada.field("A word with it")).to_have_value("On it since Monday.")
    ada.shot("2-has-gone")
    ada.date("Cleared by", SOON)
    ada.press("Send it again")
    ada.sees("Ada promised", "On it since Monday.")


def _double(hand, button):
    """Click twice; without script the first answer may be given up for the second, which is as good."""
    try:
        with hand.page.expect_event("load"):
            button.dblclick(no_wait_after=True)
    except Error as given_up:
        if "ERR_ABORTED" not in str(given_up):
            raise
        hand.page.wait_for_load_state("load")


@some_ways
def test_sent_twice(quay):
    ben, ada = quay.ben, quay.ada
    ben.open("barriers/")
    ben.write("What is in the way?", "The crane has no key")
    _double(ben, ben.button("Raise it"))
    ben.open("barriers/")
    expect(ben.main.locator(".raised .barrier")).to_have_count(1)
    ada.open("applause/give/")
    ada.tick("Ben")
    ada.write("What for?", "He said it at once.")
    ada.write("Evidence", "The board")
    _double(ada, ada.main.get_by_role("button", name="Applaud"))
    ada.open("applause/")
    expect(ada.main.locator(".claps > li")).to_have_count(1)
    assert (quay.count("barrier"), quay.count("applause")) == (1, 1)
    # The same page, gone back to and sent once more.
    ben.open("barriers/")
    ben.write("What is in the way?", "The gate is stuck")
    ben.press("Raise it")
    ben.page.go_back()
    ben.write("What is in the way?", "The gate is stuck")
    ben.press("Raise it")
    ben.sees("Waits for an answer")
    assert quay.count("barrier") == 2


@some_ways
def test_somebody_was_quicker(quay):
    ben, ada, dee = quay.ben, quay.ada, quay.dee
    one = raised(ben)
    for hand, note in ((ada, "I ask the office."), (dee, "My cousin has one.")):
        hand.open(one)
        hand.date("Cleared by", SOON)
        hand.write("A word to whoever waits", note)
    ada.press("Take it")
    dee.press("Take it")
    expect(dee.main.locator("h1")).to_have_text("Somebody was quicker")
    dee.sees("Look at what it is now, then send yours again.")
    expect(dee.field("A word with it")).to_have_value("My cousin has one.")
    expect(dee.field("Cleared by")).to_have_value(SOON.isoformat())
    dee.shot("1-quicker")
    # It has been taken by now, which the rules say; what was typed stays all the same.
    dee.press("Send it again")
    dee.sees("You can’t take this: it is taken.")
    expect(dee.field("A word with it")).to_have_value("My cousin has one.")
    dee.press("Leave it")
    dee.sees("Being cleared", "I ask the office.")
    # Two versions of what can be said twice: the second goes through.
    ben.open(one)
    other = quay.hand("Ben")
    other.open(one)
    for hand, what in ((ben, "The crane has no key at night"), (other, "The crane and the gate have no key")):
        hand.unfold("Word it anew, or take it back")
        hand.write("What is in the way", what)
    ben.press("Word it so")
    other.press("Word it so")
    other.sees("Somebody was quicker")
    other.press("Send it again")
    other.sees("Worded anew.")
    other.open(one)
    expect(other.main.locator("h1")).to_have_text("The crane and the gate have no key")


@some_ways
@pytest.mark.parametrize("goes", ["the session", "all of it"])
def test_the_session_is_lost(quay, goes):
    eve = quay.hand("Eve")
    eve.open("lessons/tell/")
    eve.write("What happened?", "The list was two days old.\nNobody knew.")
    eve.write("What do we know now?", "A list needs a date.")
    eve.page.context.clear_cookies(**({"name": "sessionid"} if goes == "the session" else {}))
    eve.press("Tell it")
    if goes == "all of it":  # with the browser's token gone too, it is asked first whether it was really sent
        expect(eve.field("What happened")).to_have_value("The list was two days old.\nNobody knew.")
        eve.press("Send it again")
    eve.shot("1-sign-in")
    sign_in(eve.page, quay.house.email("Eve"))
    eve.sees("Nothing was lost")
    expect(eve.field("What happened")).to_have_value("The list was two days old.\nNobody knew.")
    expect(eve.field("What we know now")).to_have_value("A list needs a date.")
    eve.shot("2-still-here")
    eve.press("Send it again")
    eve.sees("Told. It helps more people than it cost.", "A list needs a date.")
    assert quay.count("lesson") == 1


@some_ways
def test_a_button_after_the_session_is_lost(quay):
    """A button alone says nothing that could be kept: after signing in, one is back on its page."""
    ben, ada = quay.hand("Ben"), quay.ada
    one = raised(ben)
    ada.open(one)
    ada.press("Say it’s cleared")
    ada.sees("Cleared. Is it gone?")
    ben.open(one)
    ben.page.context.clear_cookies(name="sessionid")
    ben.press("Yes, it’s gone")
    sign_in(ben.page, quay.house.email("Ben"))
    ben.press("Yes, it’s gone")
    ben.sees("Gone. Now it is left alone.")


@some_ways
def test_the_page_is_older_than_the_sign_in(quay):
    fay = quay.hand("Fay", fresh=True)
    sign_in(fay.page, quay.house.email("Fay"))
    fay.open("barriers/")
    fay.write("What is in the way?", "The fog horn is mute")
    again = fay.page.context.new_page()
    again.goto("/sign-out/")
    again.get_by_role("main").get_by_role("button", name="Sign out").click()
    again.wait_for_url("**/sign-in/**")
    sign_in(again, quay.house.email("Fay"), PASSWORD)
    fay.press("Raise it")
    fay.sees("The page was older than your sign-in", "Here is what you wrote")
    fay.shot("1-older")
    expect(fay.field("What")).to_have_value("The fog horn is mute")
    fay.press("Send it again")
    fay.sees("Raised.", "The fog horn is mute")
    assert quay.count("barrier") == 1
