"""The step-away, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class StepAways(practices.PracticeConfig):
    name = "followspot.practices.stepaways"
    title = say("Step-aways")
    claim = say("Results do not stop when the leader steps away.")
    says: ClassVar[dict[str, str]] = {
        "stepaway.planned": say("set a step-away down"),
        "stepaway.changed": say("changed the plan"),
        "stepaway.drawn": say("let the lot be drawn, and stored it"),
        "stepaway.standin_asked": say("asked somebody to stand in"),
        "stepaway.standin_unasked": say("took the asking back"),
        "stepaway.standin_accepted": say("said yes to standing in"),
        "stepaway.standin_declined": say("said no to standing in"),
        "stepaway.began": say("the leader has stepped away"),
        "stepaway.matter_added": say("put something on the list of what waits"),
        "stepaway.matter_settled": say("settled what had waited"),
        "stepaway.decision_noted": say("noted a decision"),
        "stepaway.decision_reopened": say("opened a decision again"),
        "stepaway.contact_logged": say("noted that the leader was asked"),
        "stepaway.touch_logged": say("noted a touch"),
        "stepaway.entry_withdrawn": say("took a note back"),
        "stepaway.glass_broken": say("broke the glass: the leader is called back"),
        "stepaway.ended": say("the leader is back"),
        "stepaway.judged": say("the answer was given"),
        "stepaway.handed_over": say("handed something over for good"),
        "stepaway.withdrawn": say("took a step-away back"),
        "stepaway.restored": say("put a step-away back"),
    }
