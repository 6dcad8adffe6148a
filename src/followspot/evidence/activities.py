"""The vocabulary of outside work: every activity that a connector may write, and what it means.

Grammar: `object.past_participle`, lower case, two words. A change has two clocks, when it was
written and when it was let in, so it leaves an event on each.
"""

from followspot.language import say

ACTIVITIES = {
    "change.written": say("Somebody wrote a change; at the time of writing. Actor: the author."),
    "change.co_written": say("Somebody is named as co-author of a change; at the time of writing."),
    "change.landed": say(
        "A change entered the shared history; at that time. Actor: the author, whose work it is."
    ),
    "change.integrated": say(
        "Somebody put a change into the shared history. Actor: who put it in; to: the author."
    ),
    "branch.merged": say("Somebody joined a line of work into another. Actor: who merged."),
    "review.given": say("Somebody reviewed or acknowledged a change of another. To: the author."),
    "change.tested": say("Somebody tested a change of another. To: the author."),
    "change.passed_on": say("Somebody signed a change of another off on its way in. To: the author."),
    "problem.reported": say("Somebody reported what a change then mended."),
    "help.given": say("Somebody is thanked in a change for helping, suggesting or mentoring."),
    "change.reverted": say("A change was taken back. Actor: who took it back; about: the change taken back."),
    "pull.opened": say("Somebody asked for work to be let in (a pull or merge request). Actor: the author."),
    "pull.merged": say("A pull request was let in; at that time. Actor: the author, whose work it is."),
    "pull.accepted": say("Somebody let a pull request in. Actor: who let it in; to: the author."),
    "pull.closed": say(
        "A pull request was closed without being let in. Actor: who closed it; to: the author."
    ),
    "review.asked": say("Somebody was asked for a review. Actor: who asked; to: the reviewer."),
    "comment.written": say(
        "Somebody said something on a pull request or an item. To: whose it is, if another's."
    ),
    "release.published": say("A release was published. Actor: who published it."),
    "item.done": say("A piece of work was finished (ticket, sale, dish, bed ...); at that time."),
    "item.opened": say("A piece of work was asked for. To: whom it was given to at once, if anybody."),
    "item.given": say(
        "A piece of work was given to somebody, or taken. Actor: who gave it; to: whose it is now."
    ),
    "people.active": say("How many different people of the team finished something on a day; value: people."),
    "people.at_work": say("How many of the team were at work on a day; value: people."),
    "leave.taken": say("The leader was away on a day."),
}
