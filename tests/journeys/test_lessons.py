"""A lesson: names and blame are pointed out before it is saved; it is told, answered and followed up."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def test_lesson(quay):
    dee, ada, eve = quay.dee, quay.ada, quay.eve
    dee.open("lessons/")
    dee.shot("1-none-yet")
    dee.press("Tell a lesson")
    dee.write("What happened?", "Ben forgot the gate key, and the coach waited.")
    dee.write("What do we know now?", "He should have looked at the board.")
    dee.write("What changes?", "The key hangs beside the board\nThe board says who has it")
    dee.press("Tell it")
    dee.sees("Before it is saved", "Ben is named in it", "Forgetting is normal", "“should have” tells")
    expect(dee.field("What happened?")).to_have_value("Ben forgot the gate key, and the coach waited.")
    dee.shot("2-pointed-out")
    assert quay.count("lesson") == 0
    dee.write("What happened?", "The gate key was not there, and the coach waited.")
    dee.write("What do we know now?", "Nothing on the way out shows where the key is.")
    dee.press("Save it, reworded")
    dee.sees("Told. It helps more people than it cost.", "Told by Dee", "The key hangs beside the board")
    dee.shot("3-told")
    one = dee.page.url.removeprefix(quay.house.url)

    ada.open(one)
    ada.shot("4-leader-answers")
    ada.press("Thank you")
    ada.sees("You said thank you. That is all it takes.", "Ada said thank you")
    expect(ada.button("Thank you")).to_have_count(0)
    ada.write("Which part is yours?", "I moved the board without a word.")
    ada.press("This part is mine")
    ada.sees("Ada: this part is mine. “I moved the board without a word.”")

    followed_up(eve, one)
    dee.open(one)
    dee.sees("Eve", "Ada said thank you")
    expect(dee.main.locator(".changes .state").first).to_contain_text("Done")


def followed_up(eve, one):
    """What changes stays in sight until it is done."""
    eve.open("lessons/")
    eve.sees("Still to change", "The key hangs beside the board", "The board says who has it")
    eve.shot("5-still-to-change")
    eve.open(one)
    eve.press("It helps me")
    eve.sees("You find it useful")
    eve.press("It’s done")
    eve.sees("Done.")
    eve.shot("6-done")
    eve.open("lessons/")
    expect(eve.main.locator("section[aria-labelledby=open] li")).to_have_count(1)
