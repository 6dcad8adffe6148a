"""The lesson, described by itself."""

from typing import ClassVar

from followspot import practices
from followspot.language import say


class Lessons(practices.PracticeConfig):
    name = "followspot.practices.lessons"
    title = say("Lessons")
    claim = say("Mistakes are allowed, and learned from.")
    says: ClassVar[dict[str, str]] = {
        "lesson.told": say("told it"),
        "lesson.changed": say("worded it anew"),
        "lesson.withdrawn": say("took it back"),
        "lesson.thanked": say("said thank you"),
        "lesson.owned": say("said that a part of it is theirs"),
        "lesson.found_useful": say("found it useful"),
        "lesson.left": say("no longer finds it useful"),
        "followup.added": say("added what changes"),
        "followup.linked": say("made a change into an object"),
        "followup.finished": say("said that a change is done"),
        "followup.reopened": say("said that a change is not done"),
        "followup.dropped": say("dropped a change"),
    }
