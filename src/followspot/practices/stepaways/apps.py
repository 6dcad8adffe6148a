"""The step-away, described by itself."""

from typing import ClassVar

from followspot import practices


class StepAways(practices.PracticeConfig):
    name = "followspot.practices.stepaways"
    title = "Step-aways"
    claim = "Results do not stop when the leader steps away."
    says: ClassVar[dict[str, str]] = {
        "stepaway.planned": "set a step-away down",
        "stepaway.changed": "changed the plan",
        "stepaway.drawn": "let the lot be drawn, and stored it",
        "stepaway.standin_asked": "asked somebody to stand in",
        "stepaway.standin_unasked": "took the asking back",
        "stepaway.standin_accepted": "said yes to standing in",
        "stepaway.standin_declined": "said no to standing in",
        "stepaway.began": "the leader has stepped away",
        "stepaway.matter_added": "put something on the list of what waits",
        "stepaway.matter_settled": "settled what had waited",
        "stepaway.decision_noted": "noted a decision",
        "stepaway.decision_reopened": "opened a decision again",
        "stepaway.contact_logged": "noted that the leader was asked",
        "stepaway.touch_logged": "noted a touch",
        "stepaway.entry_withdrawn": "took a note back",
        "stepaway.glass_broken": "broke the glass: the leader is called back",
        "stepaway.ended": "the leader is back",
        "stepaway.judged": "the answer was given",
        "stepaway.handed_over": "handed something over for good",
        "stepaway.withdrawn": "took a step-away back",
        "stepaway.restored": "put a step-away back",
    }
