"""What a pulse asks and what a mirror holds up: short items in our own words. They have not been validated.

The wording is published under CC BY 4.0, to be used and changed by anybody who says where it comes from.
"""

from dataclasses import dataclass

ACROSS, UP = "across", "up"  # the axes of the map


@dataclass(frozen=True, slots=True)
class Item:
    """One question. words : its beginning; steps : five ways to end it, from the least to the most.

    more_is_better : whether the last step is the one to wish for; of freedom wanted nothing is.
    """

    slug: str
    construct: str
    words: str
    steps: tuple[str, str, str, str, str]
    more_is_better: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement of the mirror. own : as the leader says it; words : as the team does. axis : of the map, or ""."""

    slug: str
    theme: str
    own: str
    words: str
    axis: str = ""

    @property
    def steps(self) -> tuple[str, str, str, str, str]:
        return HOW_OFTEN

    @property
    def construct(self) -> str:
        return self.theme


HOW_OFTEN = ("Never", "Seldom", "Sometimes", "Mostly", "Always")
_HOW_MUCH = ("Next to nothing", "A little", "About half", "Most of it", "All of it")

PULSE = {
    item.slug: item
    for item in (
        Item("energy", "Energy", "My energy", ("Drained", "Low", "Steady", "Good", "Lit up")),
        Item(
            "safety", "Safety", "Saying “I got it wrong” here is",
            ("Risky", "Awkward", "Possible", "Easy", "Nothing special"),
        ),
        Item(
            "work", "The work itself", "The work itself",
            ("Weighs on me", "Is a chore", "Is all right", "Pleases me", "Makes my day"),
        ),
        Item("freedom-wanted", "Freedom wanted", "In my work I’d like to decide", _HOW_MUCH, more_is_better=False),
        Item("freedom-given", "Freedom given", "In my work I do decide", _HOW_MUCH),
        Item(
            "leader-there", "There when needed", "When I need our leader, they are",
            ("Nowhere", "Hard to get", "Sometimes there", "Mostly there", "There"),
        ),
        Item(
            "expectations-clear", "Expectations clear", "What is expected of me is",
            ("A riddle", "Hazy", "Half clear", "Clear", "Clear as day"),
        ),
        Item(
            "barriers-cleared", "Barriers cleared", "What gets in my way",
            ("Stays", "Mostly stays", "Goes slowly", "Mostly goes", "Goes"),
        ),
        Item(
            "credit-fair", "Credit fair", "Credit for good work goes",
            ("Elsewhere", "Mostly elsewhere", "Half and half", "Mostly home", "To who did it"),
        ),
    )
}  # fmt: skip

# Three a wave, in turn; freedom wanted and given are asked together, so that they can be laid side by side.
ROTATION = (
    ("energy", "safety", "work"),
    ("freedom-wanted", "freedom-given", "leader-there"),
    ("expectations-clear", "barriers-cleared", "credit-fair"),
)

MIRROR = {
    statement.slug: statement
    for statement in (
        Statement(
            "standing-back-how", "Standing back",
            "I let people decide how their work is done.",
            "Our leader lets people decide how their work is done.", ACROSS,
        ),
        Statement(
            "standing-back-out", "Standing back",
            "I keep out of work in others’ hands until I’m asked.",
            "Our leader keeps out of work in others’ hands until asked.", ACROSS,
        ),
        Statement(
            "there-asked", "Being there",
            "I’m there when somebody needs me.",
            "Our leader is there when somebody needs them.", UP,
        ),
        Statement(
            "there-answers", "Being there",
            "I answer before a question holds work up.",
            "Our leader answers before a question holds work up.", UP,
        ),
        Statement(
            "expectations-said", "Expectations",
            "I say what is expected, and what it is for.",
            "Our leader says what is expected, and what it is for.", UP,
        ),
        Statement(
            "expectations-kept", "Expectations",
            "What was agreed stays, until those who agreed change it.",
            "What was agreed with our leader stays, until those who agreed change it.", UP,
        ),
        Statement(
            "credit-given", "Credit",
            "I give the credit to those who did the work.",
            "Our leader gives the credit to those who did the work.",
        ),
        Statement(
            "credit-light", "Credit",
            "When it goes well, I stay out of the light.",
            "When it goes well, our leader stays out of the light.",
        ),
        Statement(
            "mistakes-learned", "Mistakes",
            "A mistake here is something to learn from.",
            "To our leader a mistake is something to learn from.",
        ),
        Statement(
            "mistakes-freedom", "Mistakes",
            "After a mistake people keep their freedom.",
            "After a mistake our leader leaves people their freedom.", ACROSS,
        ),
        Statement(
            "barriers-cleared", "Barriers",
            "I clear what is in the way, and then step back.",
            "Our leader clears what is in the way, and then steps back.", UP,
        ),
        Statement(
            "danger-only", "Danger",
            "I go to the front only in danger, and come back.",
            "Our leader goes to the front only in danger, and comes back.", ACROSS,
        ),
    )
}  # fmt: skip
