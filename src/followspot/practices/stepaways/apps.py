"""The step-away, described by itself."""

from typing import ClassVar

from followspot import practices


class StepAways(practices.PracticeConfig):
    name = "followspot.practices.stepaways"
    title = "Step-aways"
    claim = "Results do not stop when the leader steps away."
    says: ClassVar[dict[str, str]] = {
        "stepaway.planned": "set a step-away down",
        "stepaway.withdrawn": "took a step-away back",
    }
