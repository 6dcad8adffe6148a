"""A pulse: asked, answered in twenty seconds, changed, answered from a mail, closed, told, and answered with one thing."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


@pytest.mark.every_way
def test_pulse(quay):
    ada, ben, dee = quay.ada, quay.ben, quay.dee
    ben.open("pulse/")
    ben.sees("Nobody is asking just now", "has not asked for one yet")
    asked(ada)

    ben.open("pulse/")
    ben.sees("How is it, this week?", "Three answers, twenty seconds", "Seen by nobody, one by one")
    ben.shot("1-asked")
    ben.tick("Good")
    ben.tick("Easy")
    ben.press("Send, without my name")
    ben.sees("Your answers are in, without your name")
    expect(ben.field("Good")).to_be_checked()
    ben.tick("Steady")
    ben.write(ben.page.locator("#comment"), "The printer again")
    ben.press("Change my answers")
    expect(ben.field("Steady")).to_be_checked()
    ben.shot("2-answered")

    from_a_mail(quay)
    ada.open("pulse/")
    ada.sees("The front line answers", "nobody sees who answered")
    ada.sees_not("The printer again", "of 5 answered")
    quay.house.ask("answer", slug=quay.slug, front=["Chi", "Eve", "Fay"], step=3)
    quay.later(4)

    dee.open("pulse/")
    dee.sees("The last wave, closed on", "5 of 5 answered", "About “steady” on average")
    dee.sees_not("The printer again")  # one comment, and four more would have been enough
    dee.shot("3-told")
    ada.open("pulse/")
    ada.write("What is the one thing you will do about it?", "A second printer")
    ada.press("Say it to the team")
    ada.sees("You said you will: A second printer")
    ada.write("What was done?", "It stands by the door")
    ada.press("Say that it was done")
    ada.shot("4-answered-with-one-thing")
    dee.open("pulse/")
    dee.sees("This was done: It stands by the door")


def asked(ada):
    """The leader sets how often, and asks once at once; what is wrong is said at its field."""
    ada.open("pulse/")
    ada.press("Set how often")
    ada.write("Open for, in days", "3")
    ada.press("Keep asking")
    ada.sees("The next wave opens on")
    ada.press("How often, groups, questions of our own")
    ada.write("Title", "Pace")
    ada.write(
        "Questions, one a line: the question, then its five steps from the least to the most", "The pace"
    )
    ada.press("Add them")
    ada.sees("Licence: say that the team may use these questions", "Nothing you wrote is lost")
    expect(ada.field("Title")).to_have_value("Pace")
    ada.shot("0-refused")
    ada.press("Ask once, now")
    ada.sees("Nothing is shown before it closes")


def from_a_mail(quay):
    """Dee answers from the link in her mail, in a browser that knows nobody; the wrong link opens nothing."""
    dee = quay.hand("Dee", fresh=True)
    address = quay.house.ask("link", slug=quay.slug, name="Dee")
    dee.open(address)
    dee.sees("How is it, at Quay?")
    dee.tick("Steady")
    dee.press("Send, without my name")
    dee.sees("Your answers are in, without your name")
    dee.shot("2-from-a-mail")
    dee.open(address[:-8] + "xxxxxxx/")
    dee.sees("This wave is over")
