"""The lesson, described by itself."""

from typing import ClassVar

from followspot import practices


class Lessons(practices.PracticeConfig):
    name = "followspot.practices.lessons"
    title = "Lessons"
    claim = "Mistakes are allowed, and learned from."
    says: ClassVar[dict[str, str]] = {
        "lesson.told": "told it",
        "lesson.changed": "worded it anew",
        "lesson.withdrawn": "took it back",
        "lesson.thanked": "said thank you",
        "lesson.owned": "said that a part of it is theirs",
        "lesson.found_useful": "found it useful",
        "lesson.left": "no longer finds it useful",
        "followup.added": "added what changes",
        "followup.linked": "made a change into an object",
        "followup.finished": "said that a change is done",
        "followup.reopened": "said that a change is not done",
        "followup.dropped": "dropped a change",
    }
