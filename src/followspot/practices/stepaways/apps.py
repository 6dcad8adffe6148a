"""The step-away, described by itself."""

from followspot import practices


class StepAways(practices.PracticeConfig):
    name = "followspot.practices.stepaways"
    title = "Step-aways"
    claim = "Results do not stop when the leader steps away."
    emits = frozenset({"stepaway.planned", "stepaway.withdrawn"})
