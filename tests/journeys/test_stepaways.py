"""A step-away from the plan to what is handed over for good, and days that the lot has drawn."""

from datetime import date, timedelta

import pytest

pytestmark = pytest.mark.browser
TODAY = date.today()


@pytest.mark.every_way
def test_a_step_away(quay):
    ada, ben = quay.ada, quay.ben
    ada.open("step-aways/")
    ada.press("Plan a step-away")
    ada.sees("When will the stage be the team’s alone?")
    ada.date("First day away", TODAY + timedelta(days=30))
    ada.date("Last day away", TODAY + timedelta(days=43))
    ada.press("Plan these days")
    ada.sees("Who takes the stage while Ada is away?", "Nobody is asked yet.")
    one = ada.page.url.removeprefix(quay.house.url)
    ada.unfold("Add a decision to hand over")
    ada.write("What would they decide?", "Prices, up to 15% either way")
    ada.choose("Who?", "Ben")
    ada.press("Ask them")
    ada.sees("It holds once Ben says yes.")
    ada.shot("1-asked")

    ben.open("")
    ben.sees("Ada asks you to stand in: Prices, up to 15% either way.")
    ben.open(one)
    ben.press("Yes, I’ll decide it")
    ben.sees("Said yes")
    ben.write("What can wait?", "The new ship’s name")
    ben.press("Add")
    ben.sees("It is on the list.", "The new ship’s name")
    ben.shot("2-accepted")
    while_it_lasts(quay, one)
    after_the_return(quay, one)


def while_it_lasts(quay, one):
    """The team has the stage; what it decides and who is asked is noted in one tap."""
    ada, ben = quay.ada, quay.ben
    quay.house.ask("gone", slug=quay.slug, days=33)
    ben.open(one)
    ben.sees("has the stage.", "There is nothing to watch here.", "The new ship’s name")
    ben.write("What was decided?", "A tenth off for choirs")
    ben.press("Note the decision")
    ben.sees("A tenth off for choirs")
    ben.press("Ada was asked something")
    ben.sees("Nobody is counted by it.")
    ben.shot("3-live")
    ada.open("sideline/")
    ada.sees("The team has it.")
    ada.open(one)
    ada.press("I took a hand")
    ada.sees("Noted, without blame.")


def after_the_return(quay, one):
    """The report has the diary, whatever the evidence can say; it can be taken back and put back."""
    ada = quay.ada
    quay.house.ask("gone", slug=quay.slug, days=15)
    ada.open(one)
    ada.sees("A tenth off for choirs", "The new ship’s name", "Ada was asked once")
    ada.shot("4-after")
    ada.unfold("Take this step-away back")
    ada.press("Take it back")
    ada.sees("This step-away was taken back")
    ada.press("Put it back")
    ada.sees("A tenth off for choirs")


def test_days_drawn_by_lot(quay):
    ada = quay.ada
    ada.open("step-aways/plan/")
    ada.tick("Leader-free days, one a week, drawn by lot")
    ada.date("First day away", TODAY + timedelta(days=30))
    ada.date("Last day away", TODAY + timedelta(days=64))
    ada.press("Plan these days")
    ada.sees("Not drawn yet.")
    ada.press("Draw and store")
    ada.sees("Drawn, and stored.", "What the lot said")
    ada.sees_not("Keep it so")
