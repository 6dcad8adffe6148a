"""What a pulse asks and what a mirror holds up: short items in our own words. They have not been validated.

The wording is published under CC BY 4.0, to be used and changed by anybody who says where it comes from.
"""

from dataclasses import dataclass

from followspot.language import say

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


HOW_OFTEN = (say("Never"), say("Seldom"), say("Sometimes"), say("Mostly"), say("Always"))
_HOW_MUCH = (say("Next to nothing"), say("A little"), say("About half"), say("Most of it"), say("All of it"))
_CLEAR = say("Clear{as_water}", as_water="")  # “Clear” alone is what a leader does with a barrier

PULSE = {
    item.slug: item
    for item in (
        Item("energy", say("Energy"), say("My energy"), (say("Drained"), say("Low"), say("Steady"), say("Good"), say("Lit up"))),
        Item(
            "safety", say("Safety"), say("Saying “I got it wrong” here is"),
            (say("Risky"), say("Awkward"), say("Possible"), say("Easy"), say("Nothing special")),
        ),
        Item(
            "work", say("The work itself"), say("The work itself"),
            (say("Weighs on me"), say("Is a chore"), say("Is all right"), say("Pleases me"), say("Makes my day")),
        ),
        Item("freedom-wanted", say("Freedom wanted"), say("In my work I’d like to decide"), _HOW_MUCH, more_is_better=False),
        Item("freedom-given", say("Freedom given"), say("In my work I do decide"), _HOW_MUCH),
        Item(
            "leader-there", say("There when needed"), say("When I need our leader, they are"),
            (say("Nowhere"), say("Hard to get"), say("Sometimes there"), say("Mostly there"), say("There")),
        ),
        Item(
            "expectations-clear", say("Expectations clear"), say("What is expected of me is"),
            (say("A riddle"), say("Hazy"), say("Half clear"), _CLEAR, say("Clear as day")),
        ),
        Item(
            "barriers-cleared", say("Barriers cleared"), say("What gets in my way"),
            (say("Stays"), say("Mostly stays"), say("Goes slowly"), say("Mostly goes"), say("Goes")),
        ),
        Item(
            "credit-fair", say("Credit fair"), say("Credit for good work goes"),
            (say("Elsewhere"), say("Mostly elsewhere"), say("Half and half"), say("Mostly home"), say("To who did it")),
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
            "standing-back-how", say("Standing back"),
            say("I let people decide how their work is done."),
            say("Our leader lets people decide how their work is done."), ACROSS,
        ),
        Statement(
            "standing-back-out", say("Standing back"),
            say("I keep out of work in others’ hands until I’m asked."),
            say("Our leader keeps out of work in others’ hands until asked."), ACROSS,
        ),
        Statement(
            "there-asked", say("Being there"),
            say("I’m there when somebody needs me."),
            say("Our leader is there when somebody needs them."), UP,
        ),
        Statement(
            "there-answers", say("Being there"),
            say("I answer before a question holds work up."),
            say("Our leader answers before a question holds work up."), UP,
        ),
        Statement(
            "expectations-said", say("Expectations"),
            say("I say what is expected, and what it is for."),
            say("Our leader says what is expected, and what it is for."), UP,
        ),
        Statement(
            "expectations-kept", say("Expectations"),
            say("What was agreed stays, until those who agreed change it."),
            say("What was agreed with our leader stays, until those who agreed change it."), UP,
        ),
        Statement(
            "credit-given", say("Credit"),
            say("I give the credit to those who did the work."),
            say("Our leader gives the credit to those who did the work."),
        ),
        Statement(
            "credit-light", say("Credit"),
            say("When it goes well, I stay out of the light."),
            say("When it goes well, our leader stays out of the light."),
        ),
        Statement(
            "mistakes-learned", say("Mistakes"),
            say("A mistake here is something to learn from."),
            say("To our leader a mistake is something to learn from."),
        ),
        Statement(
            "mistakes-freedom", say("Mistakes"),
            say("After a mistake people keep their freedom."),
            say("After a mistake our leader leaves people their freedom."), ACROSS,
        ),
        Statement(
            "barriers-cleared", say("Barriers"),
            say("I clear what is in the way, and then step back."),
            say("Our leader clears what is in the way, and then steps back."), UP,
        ),
        Statement(
            "danger-only", say("Danger"),
            say("I go to the front only in danger, and come back."),
            say("Our leader goes to the front only in danger, and comes back."), ACROSS,
        ),
    )
}  # fmt: skip
