"""The vocabulary of outside work: every activity that a connector may write, and what it means.

Grammar: `object.past_participle`, lower case, two words. A change has two clocks, when it was
written and when it was let in, so it leaves an event on each.
"""

ACTIVITIES = {
    "change.written": "Somebody wrote a change; at the time of writing. Actor: the author.",
    "change.co_written": "Somebody is named as co-author of a change; at the time of writing.",
    "change.landed": "A change entered the shared history; at that time. Actor: the author, whose work it is.",
    "change.integrated": "Somebody put a change into the shared history. Actor: who put it in; to: the author.",
    "branch.merged": "Somebody joined a line of work into another. Actor: who merged.",
    "review.given": "Somebody reviewed or acknowledged a change of another. To: the author.",
    "change.tested": "Somebody tested a change of another. To: the author.",
    "change.passed_on": "Somebody signed a change of another off on its way in. To: the author.",
    "problem.reported": "Somebody reported what a change then mended.",
    "help.given": "Somebody is thanked in a change for helping, suggesting or mentoring.",
    "change.reverted": "A change was taken back. Actor: who took it back; about: the change taken back.",
    "item.done": "A piece of work was finished (ticket, sale, dish, bed ...); at that time.",
    "item.opened": "A piece of work was asked for.",
    "people.active": "How many different people of the team finished something on a day; value: people.",
    "people.at_work": "How many of the team were at work on a day; value: people.",
    "leave.taken": "The leader was away on a day.",
}
