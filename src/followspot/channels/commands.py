"""What can be said in a chat or a mail and what comes of it: the verbs of the pages, with the rights of whoever says it."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from followspot.brief import mail, moves
from followspot.brief import waiting as waits
from followspot.channels import webhooks
from followspot.errors import BadInput, Refused
from followspot.language import in_lines, listed, say
from followspot.language import together as sentences
from followspot.practices.applause import actions as applause
from followspot.practices.barriers import actions as barriers
from followspot.practices.barriers.models import Barrier
from followspot.practices.lessons import actions as lessons
from followspot.practices.lessons import rules as telling
from followspot.practices.pulse.models import Wave
from followspot.roles import TEAM, Roles, must
from followspot.teams import access, languages
from followspot.teams.models import Account, Person, Team
from followspot.teams.names import together

HELP = say(
    "What I understand:\n"
    "• barrier WHAT IS IN THE WAY\n"
    "• applaud NAME, NAME for WHAT citing WHERE ONE CAN LOOK (with --here the channel sees it)\n"
    "• lesson WHAT HAPPENED / WHAT WE KNOW NOW\n"
    "• pulse: where to answer; answers are never taken here\n"
    "• brief: your moves, if you lead\n"
    "• waiting: what waits for you\n"
    "Of several teams, say which first: in TEAM: barrier …\n"
    "Nothing can be told without a name here, because the service knows who sends it. The pages can."
)

_FLAG = re.compile(r"(?:^|\s)(?:--|—|–)(here|unnamed|as-it-is)(?=\s|$)", re.IGNORECASE)
_NAMES = re.compile(r"\s*(?:,|&|\band\b)\s*")
_NAMELESS = re.compile(
    r"^\W*(?:unnamed|anonym\w*|without (?:a|my) name)\b|[\[(](?:unnamed|anonym\w*)[\])]", re.IGNORECASE
)
_APART = 0xE000  # where characters begin that nobody types: they stand for names while a text is split


@dataclass(frozen=True, slots=True)
class Said:
    """One command as it was read. team : as it was named, in lower case; empty where none was."""

    verb: str
    text: str = ""
    team: str = ""
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said back. here : what the channel may see, if whoever asked wants it to; refused : nothing was done."""

    text: str
    here: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who says something, and where. alone : the answer is seen by nobody else; cites : what stands in the chat already."""

    account: Account
    person: Person
    teams: tuple[Team, ...]
    now: datetime
    alone: bool = True
    cites: str = ""
    roles: dict[int, Roles] = field(default_factory=dict)

    def roles_in(self, team: Team) -> Roles:
        if team.pk not in self.roles:
            self.roles[team.pk] = webhooks.sees(self.account, team, now=self.now)
        return self.roles[team.pk]


def cleaned(text: str) -> str:
    """Return a text without what nobody types and no database keeps: control signs, and halves of characters."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in whole if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def wants_no_name(*texts: str) -> bool:
    """Say whether somebody asks in their own words to be left unnamed, so that they are never named by mistake."""
    flags = {f.lower() for text in texts for f in _FLAG.findall(text)}
    return "unnamed" in flags or any(_NAMELESS.search(text) for text in texts)


def read(text: str, teams: Sequence[str] = (), *, alone: bool = True) -> Said:
    """Read a command. teams : names and addresses by which a team may be called; alone : nobody else reads which they are."""
    flags = frozenset(f.lower() for f in _FLAG.findall(text))
    rest = " ".join(_FLAG.sub(" ", text).split()) if flags else text.strip()
    team = ""
    if rest[:3].lower() == "in ":
        after = rest[3:].lstrip()
        for name in sorted({t.casefold() for t in teams}, key=len, reverse=True):
            tail = after[len(name) :]
            if after.casefold().startswith(name) and (not tail or tail[0] in ": ,"):
                team, rest = name, tail.lstrip(":, ")
                break
        else:
            unknown = say("You are of no team that is called so.")
            raise Refused(sentences([unknown, _yours(teams) if alone else ""]))
    verb, _, text = rest.partition(" ") if " " in rest.partition("\n")[0] else rest.partition("\n")
    return Said(verb.lower().rstrip(":"), text.strip(), team, flags)


def do(text: str, account: Account, *, now: datetime, alone: bool = True, cites: str = "") -> Answer:
    """Do what a text says on behalf of an account, in its language. What a rule refuses is answered with its sentence and what was written."""
    with languages.to(account):
        answer = _done(cleaned(text), account, now=now, alone=alone, cites=cites)
        return replace(answer, text=str(answer.text), here=str(answer.here))


def _done(text: str, account: Account, *, now: datetime, alone: bool, cites: str) -> Answer:
    try:
        by = speaker(account, now=now, alone=alone, cites=cites)
        said = read(text, [name for t in by.teams for name in (t.name, t.slug)], alone=alone)
        act = _VERBS.get(said.verb)
        if act is None:
            if not said.verb:
                return Answer(HELP)
            return Answer(say("“{word}” says nothing to me.\n{help}", word=said.verb[:40], help=HELP))
        return act(said, by)
    except (Refused, BadInput) as error:
        return Answer(say("{error}\nYou wrote: {text}", error=str(error), text=text), refused=True)


def speaker(account: Account, *, now: datetime, alone: bool = True, cites: str = "") -> Speaker:
    """Return who speaks. Refuses an account that is closed, or that is nobody in any team."""
    person = Person.objects.filter(account=account).first()
    if not account.is_active or person is None:
        raise Refused(say("You are of no team here."))
    teams = access.teams_of(account, today=timezone.localdate(now)).filter(sample="")
    return Speaker(account, person, tuple(teams), now, alone, cites)


def raised(team: Team, what: str, by: Speaker) -> Barrier:
    """Raise a barrier with the name of whoever says it."""
    return barriers.raise_barrier(team, what, by=by.person, roles=by.roles_in(team), now=by.now)


def said_of(it: Barrier) -> str:
    return say(
        "Raised in {team}: {what}\n{url}", team=it.team.name, what=it.what, url=_at(it.get_absolute_url())
    )


def told(team: Team, happened: str, known: str, by: Speaker, *, as_it_is: bool) -> Answer:
    """Tell a lesson; names and blame in it are pointed out first."""
    roles = by.roles_in(team)
    must(
        telling.MAY, "tell", roles, to=say("tell a lesson here")
    )  # before a name in it says who is of the team
    texts = [happened, known]
    people = [p.name for p in access.people_of(team, today=team.day(by.now))]
    asks = [
        *(say("{name} is named here.", name=name) for name in telling.names_in(texts, people)),
        *telling.blame_in(texts),
    ]
    if asks and not as_it_is:
        again = say("Tell it by what happened, or send it again with --as-it-is.")
        raise Refused(sentences([*asks, again]))
    it = lessons.tell(team, happened=happened, known=known, by=by.person, roles=roles, now=by.now)
    return Answer(say("Told in {team}. Thank you.\n{url}", team=team.name, url=_at(it.get_absolute_url())))


def _barrier(said: Said, by: Speaker) -> Answer:
    team = _team(said, by)
    _must_be_named(said, reverse("barriers", args=[team.slug]))
    return Answer(said_of(raised(team, said.text, by)))


def _lesson(said: Said, by: Speaker) -> Answer:
    team = _team(said, by)
    _must_be_named(said, reverse("tell-lesson", args=[team.slug]))
    happened, _, known = said.text.partition(" / ")
    return told(team, happened, known, by, as_it_is="as-it-is" in said.flags)


def _must_be_named(said: Said, url: str) -> None:
    if "unnamed" in said.flags or wants_no_name(said.text):
        raise Refused(
            say(
                "Not without a name, here: the service knows who sent it. The page keeps it to yourself: {url}",
                url=_at(url),
            )
        )


def _applaud(said: Said, by: Speaker) -> Answer:
    team = _team(said, by)
    names, found, text = said.text.partition(" for ")
    if not found:
        raise Refused(say("For what? Write: applaud Ben for what he did, citing where one can look."))
    words, _, cited = text.rpartition(" citing ") if " citing " in text else (text, "", by.cites)
    to = [_called(name, team, by) for name in _apart(names, team, by)]
    url = cited if cited.startswith(("https://", "http://")) and " " not in cited.strip() else ""
    it = applause.give(
        team,
        words.strip(" ,"),
        to=list(dict.fromkeys(to)),
        by=by.person,
        roles=by.roles_in(team),
        now=by.now,
        cites_words=cited,
        cites_url=url.strip(),
    )
    if it.private:
        return Answer(say("Sent. It stays between you and {whom}.", whom=together(to)))
    url = _at(it.get_absolute_url())
    seen = say(
        "{name} applauds {whom}: “{words}”\n{url}",
        name=by.person.name,
        whom=together(to),
        words=it.words,
        url=url,
    )
    return Answer(say("Applauded.\n{url}", url=url), here=seen if "here" in said.flags else "")


def _apart(names: str, team: Team, by: Speaker) -> list[str]:
    """Return several names as a list; one with a comma or an “and” of its own stays whole."""
    people = access.people_of(team, today=team.day(by.now))
    whole = sorted({p.name for p in people if _NAMES.search(p.name)}, key=len, reverse=True)
    for number, name in enumerate(whole):
        names = re.sub(re.escape(name), chr(_APART + number), names, flags=re.IGNORECASE)
    stands_for = {chr(_APART + number): name for number, name in enumerate(whole)}
    parts = [part.strip("@ ") for part in _NAMES.split(names.strip())]
    return [stands_for.get(part, part) for part in parts if part]


def _called(name: str, team: Team, by: Speaker) -> Person:
    """Return the one of a team who is called so, by the whole name or its first word."""
    people = access.people_of(team, today=team.day(by.now))
    wanted = name.strip("@ ").casefold()
    found = [p for p in people if p.name.casefold() == wanted]
    found = found or [p for p in people if p.name.casefold().split()[:1] == [wanted]]
    if len(found) != 1:
        called = {"team": team.name, "name": name.strip()[:60]}
        if found:
            problem = say("Several people in {team} are called “{name}”.", **called)
        else:
            problem = say("Nobody in {team} is called “{name}”.", **called)
        whole = say("Write a whole name.")
        if by.alone:
            whole = say("Write a whole name: {names}.", names=listed([p.name for p in found or people]))
        raise Refused(sentences([problem, whole]))
    return found[0]


def _pulse(said: Said, by: Speaker) -> Answer:
    teams = [t for t in _teams(said, by) if by.roles_in(t) & TEAM]
    if not by.alone:
        teams = teams and [_team(said, by)]
    waves = Wave.objects.open().filter(team__in=teams, closes_at__gt=by.now).defer("box")
    lines = [
        say(
            "{team}, until {day:%A}: {url}",
            team=w.team.name,
            day=w.team.day(w.closes_at),
            url=_at(reverse("pulse", args=[w.team.slug])),
        )
        for w in waves.select_related("team")
        if w.leader_id != by.person.pk
    ]
    if not lines:
        return Answer(say("No pulse is being taken in your teams."))
    first = say("Answer there, without your name. Answers are never taken here.")
    return Answer(in_lines([first, *lines]))


def _brief(said: Said, by: Speaker) -> Answer:
    led = [t for t in _teams(said, by) if t.leader_on(t.day(by.now)) == by.person]
    if not led:
        return Answer(say("The brief is for whoever leads a team, and you lead none."))
    if not by.alone:
        return Answer(
            say(
                "Everybody reads what I answer here. Your brief is on the Sideline:\n{url}",
                url=_at(reverse("sideline", args=[led[0].slug])) if len(led) == 1 else settings.SITE,
            )
        )
    parts: list[str] = []
    for team in led:
        if mail.away(team, by.person, team.day(by.now)):
            parts.append(
                say("{team}: you have stepped away. It is quiet until you are back.", team=team.name)
            )
            continue
        found = moves.compose(team, by.person, now=by.now)
        lines = [
            say(
                "• {verb}: {says} {evidence}\n  {button}: {url}",
                verb=m.verb,
                says=m.says,
                evidence=m.evidence,
                button=m.button,
                url=_at(m.url),
            )
            for m in found
        ] or [say("Nothing to do. That’s a good brief.")]
        parts.append(in_lines([say("{team}:", team=team.name), *lines]))
    return Answer(functools.reduce(lambda a, b: say("{first}\n\n{rest}", first=a, rest=b), parts))


def _waiting(said: Said, by: Speaker) -> Answer:
    if not by.alone:
        return Answer(
            say(
                "Everybody reads what I answer here. What waits for you is on your pages: {url}",
                url=settings.SITE,
            )
        )
    lines = [
        say("• {team}: {says} {url}", team=team.name, says=w.says, url=_at(w.url))
        for team in _teams(said, by)
        if by.roles_in(team) & TEAM
        for w in waits.compose(team, by.person, now=by.now)
    ]
    return Answer(in_lines(lines) if lines else say("Nothing waits for you."))


def _help(said: Said, by: Speaker) -> Answer:
    return Answer(HELP)


def _teams(said: Said, by: Speaker) -> list[Team]:
    return [t for t in by.teams if not said.team or said.team in (t.name.casefold(), t.slug)]


def _team(said: Said, by: Speaker) -> Team:
    """Return the team that is meant; ask where somebody is of several and named none."""
    found = [t for t in _teams(said, by) if by.roles_in(t) & TEAM]
    if len(found) == 1:
        return found[0]
    if not found:
        raise Refused(say("You are of no team here."))
    if not by.alone:
        raise Refused(say("Which team? Write it first: in TEAM: {verb} …", verb=said.verb))
    raise Refused(
        say(
            "Which team? {yours} Write it first: in {team}: {verb} …",
            yours=_yours([t.name for t in found]),
            team=found[0].name,
            verb=said.verb,
        )
    )


def _yours(teams: Sequence[str]) -> str:
    return say("Yours are {teams}.", teams=listed(list(dict.fromkeys(teams)))) if teams else ""


def _at(url: str) -> str:
    return f"{settings.SITE}{url}"


_VERBS: dict[str, Callable[[Said, Speaker], Answer]] = {
    "barrier": _barrier,
    "applaud": _applaud,
    "lesson": _lesson,
    "pulse": _pulse,
    "brief": _brief,
    "waiting": _waiting,
    "help": _help,
}
