"""A candidate is hired: three judge alone, all opens together, what differs is said, and all three sign."""

import re
from datetime import date, timedelta

import pytest
from playwright.sync_api import expect

from tests.journeys.test_accessibility import ASK, AXE

pytestmark = pytest.mark.browser
FIRST = "Skill in the work itself"
CRITERIA = (FIRST, "Sees what is in the way", "Learns from mistakes", "Lets others shine")


def looks_well(hand):
    """Ask axe about the page as it is; nothing may lie wider than the window."""
    if hand.way.script:  # axe is one itself
        before = hand.page.viewport_size
        # The whole page at once: what lies under the rail just now would count as too small to hit.
        tall = 400 + hand.page.evaluate("document.body.scrollHeight")
        hand.page.set_viewport_size({"width": hand.way.width, "height": tall})
        hand.page.evaluate(AXE)
        assert hand.page.evaluate(ASK) == []
        hand.page.set_viewport_size(before)
        hand.page.evaluate("document.activeElement.scrollIntoView({block: 'center'})")
    wide = hand.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, hand.page.url


def step(hand, criterion, n):
    """Choose a step of a criterion."""
    group = hand.page.get_by_role("group", name=criterion)
    hand.tick(str(n), within=group)


def place(hand, question, at):
    """Move the knob on the line of a question, by tens with the keyboard."""
    line = hand.field(question)
    if hand.way.means == "keys":
        hand._walk(line)
        hand.page.keyboard.press("Home")
        for _ in range(at // 10):
            hand.page.keyboard.press("PageUp")
    else:
        line.fill(str(at))
    expect(line).to_have_value(str(at))


HEAD = "What would you give this person their head on in the first month?"
HOLD = "What would you keep hold of, and why?"


def score(hand, one, steps, head, hold):
    """Write a score and hand it in."""
    hand.open(one)
    hand.press("Write your score")
    for criterion, n in zip(CRITERIA, steps, strict=True):
        step(hand, criterion, n)
    place(hand, HEAD, head[0])
    hand.write(hand.field("In words"), head[1])
    place(hand, HOLD, hold[0])
    hand.write(hand.main.get_by_label("In words", exact=True).nth(1), hold[1])
    hand.press("Hand it in and seal it")
    hand.sees("sealed")


def convened(ada):
    """Ada asks two others to judge with her, by the usual criteria."""
    ada.open("hiring/")
    ada.sees("No panel yet that you sit on.")
    looks_well(ada)
    ada.shot("1-no-panel-yet")
    ada.press("Convene a panel")
    ada.write("Whom is it about?", "Candidate C")
    ada.press("Convene the panel")
    ada.sees("For what work is it?", "2 to 8 people sit on a panel")
    expect(ada.field("Whom is it about?")).to_have_value("Candidate C")
    looks_well(ada)
    ada.write("For what work?", "the gate")
    for name in ("Ben", "Chi"):
        ada.tick(name)
    ada.press("Convene the panel")
    ada.sees("Convened. Each writes alone from now on.", "0 of 3 have handed in")
    looks_well(ada)
    ada.shot("2-convened")
    return ada.page.url


def test_a_candidate_is_hired(quay):
    ada, ben, chi, dee = quay.ada, quay.ben, quay.chi, quay.dee
    one = convened(ada).removeprefix(quay.house.url)
    dee.page.goto(one)
    dee.sees_not("Candidate C")
    assert quay.count("panel") == 1

    ben.open("")
    ben.open(one)
    ben.press("Write your score")
    step(ben, FIRST, 4)
    ben.press("Keep it as a draft")
    ben.sees("Kept. Nobody else sees it")
    ben.press("Hand it in and seal it")
    ben.sees("That isn’t in yet.", "Choose a step.", "A place on a line says little without your words.")
    looks_well(ben)
    ben.shot("3-something-is-missing")
    ben.open(one)
    ben.press("Go on with your score")
    for criterion in CRITERIA[1:]:
        step(ben, criterion, 3)
    place(ben, HEAD, 60)
    ben.write(ben.field("In words"), "Second week, with me in earshot.")
    place(ben, HOLD, 90)
    ben.write(ben.main.get_by_label("In words", exact=True).nth(1), "Passenger is happy. Next.")
    ben.press("Hand it in and seal it")
    ben.sees("1 of 3 have handed in", "Yours, sealed")
    ben.shot("4-sealed")
    looks_well(ben)

    score(ada, one, (4, 3, 4, 4), (20, "After a month."), (30, "I would look at the next few."))
    ada.sees("2 of 3 have handed in")
    ada.sees_not("in earshot")
    score(chi, one, (4, 5, 4, 4), (80, "Day three. I learned it by Friday."), (50, "I would ask why, once."))
    differ(ada, chi, one)
    signed(ada, ben, chi, one)
    forgotten(quay, ada, one)


def differ(ada, chi, one):
    """All is open together; the leader sees it as the others do."""
    chi.sees("Where the panel differs", "After a month.", "in earshot", "Plain average of all steps")
    ada.open(one)
    ada.sees(
        "up to 2 steps apart", "Day three. I learned it by Friday.", "What do you agree, and what is left?"
    )
    ada.shot("5-differences")
    looks_well(ada)
    ada.write("Say something", "The refunds are mine to get used to.")
    ada.press("Say it")
    ada.sees("The refunds are mine to get used to.")


def signed(ada, ben, chi, one):
    """Somebody puts it on the record; the others sign, one with what they see differently."""
    ben.open(one)
    ben.tick("We hire this person")
    ben.press("Put it on the record")
    ben.sees("That isn’t on the record yet.", "Whoever is hired is hired for that.")
    looks_well(ben)
    ben.write("We hire this person, and they will be free to", "face passengers alone from day four.")
    ben.write("We still see this differently", "Ada would check the next refunds.")
    ben.write("Why?", "Knows every ticket, and tells of mistakes.")
    ben.press("Put it on the record")
    ben.sees("On the record, with your name under it.", "Ada: not signed yet")
    ada.open(one)
    ada.sees("face passengers alone from day four.")
    ada.write("What do you see differently?", "I still would.")
    ada.press("Sign it")
    ada.sees("Your name stands under it.", "Ada sees it differently: “I still would.”")
    chi.open(one)
    chi.shot("6-to-sign")
    chi.press("Sign it")
    chi.sees("Signed by all who judged.", "It is shown to you again on")
    chi.shot("7-signed")
    looks_well(chi)


def forgotten(quay, ada, one):
    """The day of the deletion is brought nearer, and comes."""
    ada.open(one)
    ada.unfold("Delete it sooner")
    ada.date("Delete it on", date.today() + timedelta(days=40))
    ada.press("Set that day")
    ada.sees("is deleted on")
    assert quay.later(41)
    ada.open(one)
    ada.sees("A panel that was", FIRST)
    ada.sees_not("Candidate C", "day four", "refunds")
    ada.shot("8-forgotten")
    looks_well(ada)
    ada.open("hiring/")
    ada.sees("Panel of", "How far apart you stood", "60 apart")
    ada.shot("9-how-far-apart")
    looks_well(ada)
    assert re.search(r"Panel of \d+ \w+ \d{4}", ada.main.inner_text())
