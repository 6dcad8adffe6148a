"""The barrier, described by itself."""

from typing import ClassVar

from followspot import practices


class Barriers(practices.PracticeConfig):
    name = "followspot.practices.barriers"
    title = "Barriers"
    claim = "The leader removes barriers and then steps back."
    says: ClassVar[dict[str, str]] = {
        "barrier.raised": "raised it",
        "barrier.changed": "worded it anew",
        "barrier.taken": "took it, and promised",
        "barrier.promised": "promised anew",
        "barrier.passed_up": "passed it up the line",
        "barrier.cleared": "said it was cleared",
        "barrier.confirmed": "said it is gone",
        "barrier.reopened": "said it is still there",
        "barrier.stepped_back": "the leader has stepped back",
        "barrier.withdrawn": "took it back",
    }
