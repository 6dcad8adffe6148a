"""Applause from a suggestion to the Stage, clapped along and taken back; and applause for the leader stays between two."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.every_way
def test_applause(quay):
    ada, ben, dee = quay.ada, quay.ben, quay.dee
    something_worth_it(ben)

    # The suggestion fills in whom and the evidence; the words are Ada's alone.
    ada.open("sideline/")
    ada.sees("Ben told a lesson for the first time")
    ada.shot("1-suggested")
    ada.press("Applaud")
    expect(ada.field("What for?")).to_have_value("")
    expect(ada.field("Ben")).to_be_checked()
    expect(ada.field("Chi")).not_to_be_checked()
    expect(ada.field("Evidence")).not_to_have_value("")
    expect(ada.main.get_by_label("Ada")).to_have_count(0)
    ada.shot("2-form")
    ada.press(ada.main.get_by_role("button", name="Applaud"))
    ada.sees("That wasn’t sent yet. Look below; nothing you wrote is lost.")
    expect(ada.field("Ben")).to_be_checked()
    ada.shot("3-without-words")
    ada.write("What for?", "Ben told it first, so that nobody else trips over it.")
    ada.press(ada.main.get_by_role("button", name="Applaud"))
    ada.sees("Applauded. It takes the Stage.", "To Ben")
    ada.shot("4-applauded")
    clapped_along(ben, dee)

    ada.open("applause/")
    ada.press("The ferry left with the wrong list")
    ada.unfold("Word it anew, or take it back")
    ada.press("Take it back")
    ada.sees("Taken back. You alone still see it here.", "Nobody has clapped yet.")
    dee.open("applause/")
    dee.sees_not("Ben told it first")


def something_worth_it(ben):
    ben.open("lessons/tell/")
    ben.write("What happened?", "The ferry left with the wrong list")
    ben.write("What do we know now?", "Two lists hang side by side and look the same.")
    ben.press("Tell it")
    ben.sees("Told. It helps more people than it cost.")


def clapped_along(ben, dee):
    """Anybody claps but who gave it and whom it is for; clapping is taken back by the same button."""
    ben.open()
    expect(ben.main.locator("#hero")).to_have_text("Ben, in the light.")
    expect(ben.main.locator("button.clap")).to_have_count(0)
    dee.open()
    dee.sees("Ben told it first")
    dee.shot("5-stage")
    dee.press("Clap for them")
    expect(dee.main.locator("button.clap").first).to_have_attribute("aria-pressed", "true")
    dee.sees("Dee clapped.")
    dee.shot("6-clapped")
    dee.press(dee.main.locator("button.clap").first)
    expect(dee.main.locator("button.clap").first).to_have_attribute("aria-pressed", "false")
    dee.sees_not("Dee clapped.")


def test_applause_for_the_leader(quay):
    chi, ada, dee = quay.chi, quay.ada, quay.dee
    chi.open("applause/give/")
    expect(chi.main.get_by_label("Chi")).to_have_count(0)  # nobody applauds themselves
    chi.tick("Ada (leads: stays between you two)")
    chi.write("What for?", "You said nothing at the meeting, and it was the right thing.")
    chi.write("Evidence", "The minutes of the 3rd")
    chi.shot("1-form")
    chi.press(chi.main.get_by_role("button", name="Applaud"))
    chi.sees("Sent, and seen by nobody else.", "Between the two of you")
    chi.shot("2-sent")
    one = chi.page.url.removeprefix(quay.house.url)

    ada.open()
    ada.sees("Chi applauds you; nobody else sees it.")
    ada.press("Read it")
    ada.sees("You said nothing at the meeting")
    ada.shot("3-read")
    dee.open("applause/")
    dee.sees("Nobody has clapped yet.")
    dee.open(one)
    assert "You said nothing" not in dee.page.content()
    for page in ("", "search/?q=meeting", "applause/?format=csv"):
        assert "You said nothing" not in dee.page.request.get(dee.base + page).text()
