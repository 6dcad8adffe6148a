"""The barrier, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Barriers(practices.PracticeConfig):
    name = "followspot.practices.barriers"
    title = say("Barriers")
    claim = say("The leader removes barriers and then steps back.")
    says: ClassVar[dict[str, str]] = {
        "barrier.raised": say("raised it"),
        "barrier.changed": say("worded it anew"),
        "barrier.taken": say("took it, and promised"),
        "barrier.promised": say("promised anew"),
        "barrier.passed_up": say("passed it up the line"),
        "barrier.cleared": say("said it was cleared"),
        "barrier.confirmed": say("said it is gone"),
        "barrier.reopened": say("said it is still there"),
        "barrier.stepped_back": say("the leader has stepped back"),
        "barrier.withdrawn": say("took it back"),
    }
