"""A leader looks into the mirror: rates, asks, finds three marks; shows the map, and takes it back."""

import pytest
from playwright.sync_api import expect

from tests.journeys.test_a_candidate_is_hired import looks_well

pytestmark = pytest.mark.browser
FRONT = ["Ben", "Chi", "Dee", "Eve", "Fay"]
LIGHT = "When it goes well, I stay out of the light."


def rate(ada, step):
    ada.tick(step, within=ada.page.get_by_role("group", name=LIGHT))


def marks(ada):
    """Go to the three marks: they arrive by themselves, or stand behind a link."""
    ada.open("mirror/")
    if not ada.way.script:
        ada.press("The three marks, statement by statement")


def test_a_leader_looks_into_the_mirror(quay):
    rates(quay.ada)
    three_marks(quay)
    shows_the_map(quay.ada, quay.ben)


def rates(ada):
    """The leader rates before anything is known, changes it, and asks the team."""
    ada.open("sideline/")
    ada.press("Look into the mirror")
    ada.sees("Three marks, no verdict", "logs can’t see a tone of voice", "Seen by you only. Share it?")
    ada.press("Rate how you lead")
    ada.press("Keep it, for my eyes")
    ada.sees("Nothing is chosen yet")
    ada.open("mirror/rate/")
    rate(ada, "Always")
    looks_well(ada)
    ada.shot("1-rated")
    ada.press("Keep it, for my eyes")
    ada.sees("Kept, for your eyes.")
    ada.press("Change your rating")
    expect(ada.page.get_by_role("group", name=LIGHT).get_by_label("Always")).to_be_checked()
    ada.open("mirror/")
    ada.press("Ask the team")
    ada.sees("How does Ada lead?")


def three_marks(quay):
    """The front line answers; once the wave has closed the three marks stand beside each other."""
    ada, ben = quay.ada, quay.ben
    ben.open("pulse/")
    ben.sees("How does Ada lead?", "Twelve statements")
    ben.open("mirror/")
    ben.sees("This page is the leader's alone")
    marks(ada)
    ada.sees("The team hasn’t answered in this round", "You: always.")
    quay.house.ask("answer", slug=quay.slug, front=FRONT, step=3)
    quay.later(8)

    marks(ada)
    ada.sees("The wave that closed on", "You: always. The team:", "(5 answered)", "The log can’t see this.")
    ada.unfold("The same as a table")
    looks_well(ada)
    ada.shot("2-three-marks")
    ada.open("mirror/rate/")
    ada.sees("Given, and fixed")


def shows_the_map(ada, ben):
    """The leader shows the map to the team, and takes it back: nobody sees it any more."""
    ada.open("panels/map/")
    ada.unfold("Seen by you only. Share it?")
    ada.press("Share with the team")
    ada.sees("You show this to the team")
    looks_well(ada)
    ben.open()
    ben.sees("Ada shows you how they lead")
    ben.press("Front and behind")
    ben.sees("Ada shows this to you and can take it back")
    looks_well(ben)
    ben.shot("3-shown")
    ben.open("mirror/")
    ben.sees("This page is the leader's alone")

    ada.open("panels/map/")
    ada.press("Take it back from the team")
    ada.sees("Seen by you only. Share it?")
    ben.open("panels/map/")
    ben.sees("This page is the leader's alone")
    ben.open()
    ben.sees_not("shows you how they lead")
