"""The mirror: three marks for each statement, side by side; nothing is subtracted, averaged or put in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.brief import eyes, readings, seen
from followspot.brief.mapped import Leg
from followspot.errors import BadInput, Refused
from followspot.items import ACROSS, HOW_OFTEN, MIRROR, UP, Statement
from followspot.language import in_a_row, say
from followspot.measures import Reading, measures
from followspot.measures import mirror as measure
from followspot.objects.doors import for_those
from followspot.practices.mirror import actions, rules
from followspot.practices.mirror.models import Rating
from followspot.practices.pulse.models import Wave
from followspot.practices.pulse.rules import What
from followspot.roles import LEADER
from followspot.teams.models import Person, Team
from followspot.teams.pages import Request, back, of_team_or_shown

_FIRST, _LAST = 4.0, 96.0  # percent from the left; nothing is drawn nearer to the edge
_JUST_AFTER = timedelta(seconds=1)
_BEFORE = timedelta(days=100)  # how old a rating may be that stands beside a wave of the next quarter
TICKS = tuple(round(_FIRST + (_LAST - _FIRST) * k / 4, 1) for k in range(5))


@dataclass(frozen=True, slots=True)
class Round:
    """One time of looking. wave : the team's, once it closed; steps : the leader's own, by statement."""

    key: str
    name: str
    wave: Wave | None
    steps: dict[str, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """One mark on the line, in percent from its left, with its words. n : things or answers behind it."""

    x: float
    low: float
    high: float
    words: str
    n: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """One statement with up to three marks. log : what the log says of it, or why it can't."""

    statement: Statement
    own: Mark | None
    team: Mark | None
    seen: Mark | None
    log: str

    @property
    def described(self) -> str:
        """The line in words, for those who can't see it."""
        told = []
        if self.own:
            told.append(say("You: {words:small}", words=self.own.words))
        if self.team:
            told.append(say("the team: {words:small}", words=self.team.words))
        if self.seen:
            told.append(say("the log: {words:small}", words=self.seen.words))
        return in_a_row(told) if told else say("No mark yet")


def rounds(team: Team, leader: Person, *, now: datetime) -> list[Round]:
    """Return the rounds of one leader with a team, the newest first; this quarter's is always there."""
    ratings = list(Rating.objects.filter(team=team, leader=leader))
    waves = Wave.objects.closed().filter(team=team, what=What.MIRROR, leader=leader).select_related("team")
    found = {}
    for wave in waves:
        on = team.day(wave.closed_at or now)
        own = _beside(ratings, wave, on)
        found[f"{on}"] = Round(f"{on}", say("{day:%-d %B %Y}", day=on), wave, own.steps if own else {})
    asked = {rules.quarter_of(date.fromisoformat(key)) for key in found}
    this = rules.quarter_of(team.day(now))
    alone = {this: {}} | {r.quarter: r.steps for r in ratings}
    for quarter, steps in alone.items():
        if quarter not in asked:
            found[f"{quarter}"] = Round(f"{quarter}", rules.called(quarter), None, steps)
    return [found[key] for key in sorted(found, reverse=True)]


def _beside(ratings: Sequence[Rating], wave: Wave, on: date) -> Rating | None:
    """Return the rating that was given before a wave's answers were known: of its quarter, or shortly before."""
    for rating in ratings:  # the newest first
        same = rating.quarter == rules.quarter_of(on)
        if same or (wave.closed_at and wave.closed_at - _BEFORE < rating.rated_at <= wave.closed_at):
            return rating
    return None


def said_by_team(team: Team, wave: Wave | None) -> dict[str, Reading]:
    """Return what the team said in a wave: by statement, and by axis of the map. Empty below the floor."""
    if wave is None or wave.closed_at is None:
        return {}
    found = readings.reading(team, measure.measure.slug, asof=wave.closed_at + _JUST_AFTER)
    closed = {p.table[-1]["wave"] for p in found.parts if p.table}
    if closed != {f"{team.day(wave.closed_at)}"}:
        return {}  # the newest answers are of an earlier wave: this one let nothing out
    return {(p.sample or p.question): p for p in found.parts}


def rows(team: Team, leader: Person, asked: Round, *, newest: bool, now: datetime) -> list[Row]:
    """Return the twelve statements in the order of the catalogue, each with the marks that there are."""
    said = said_by_team(team, asked.wave)
    asof = None if newest or asked.wave is None else asked.wave.closed_at
    logged = seen.of(team, leader, asof=asof, now=now)
    found = []
    for slug, statement in MIRROR.items():
        step, theirs, evidence = asked.steps.get(slug), said.get(slug), logged[slug]
        found.append(
            Row(
                statement,
                Mark(_x(step), _x(step), _x(step), HOW_OFTEN[step - 1]) if step else None,
                _of_team(theirs) if theirs else None,
                _of_log(evidence),
                evidence.sentence,
            )
        )
    return found


def _x(step: float) -> float:
    return round(_FIRST + (_LAST - _FIRST) * measure.along(step), 1)


def _of_team(told: Reading) -> Mark:
    at, low, high = (float(v or 0) for v in (told.estimate, told.low, told.high))
    return Mark(_x(at), _x(low), _x(high), measure.where(at), told.n)


def _of_log(evidence: seen.Evidence) -> Mark | None:
    if evidence.at is None:
        return None
    at, low, high = (1 + 4 * v for v in (evidence.at, evidence.low, evidence.high))
    return Mark(_x(at), _x(low), _x(high), measure.where(at), evidence.n)


def legs(team: Team, leader: Person, *, now: datetime) -> list[Leg]:
    """Return the other two legs of the map, where both axes have an answer: what the team says, and the leader."""
    found, every = [], rounds(team, leader, now=now)
    said: dict[str, Reading] = next((s for r in every if (s := said_by_team(team, r.wave))), {})
    across, up = said.get(ACROSS), said.get(UP)
    if across and up:
        found.append(
            Leg("team", across.estimate or 0, up.estimate or 0, _half(across), _half(up), across.level)
        )
    own = next((r.steps for r in every if r.steps), {})
    right, above = measure.axis_of(own, ACROSS), measure.axis_of(own, UP)
    if right is not None and above is not None:
        found.append(Leg("leader", right, above))
    return found


def _half(told: Reading) -> float:
    return ((told.high or 0) - (told.low or 0)) / 2


def _asked(request: Request, team: Team, leader: Person) -> tuple[Round, list[Round]]:
    every = rounds(team, leader, now=timezone.now())
    wanted = request.GET.get("round", "")
    return next((r for r in every if r.key == wanted), every[0]), every


@of_team_or_shown
def mirror(request: Request, team: Team) -> HttpResponse:
    """Show the mirror: what was rated, whether the team was asked, and by round what stands beside each other."""
    leader = eyes.looked_at(request, team)
    if not eyes.may_see(request, team, eyes.THE_MIRROR):
        return eyes.not_yours(request, team)
    eyes.noted(request, team, "the mirror")
    context: dict[str, Any] = {"team": team, "leader": leader, "here": "sideline"}
    if leader is None:
        return render(request, "brief/mirror.html", context)
    now = timezone.now()
    asked, every = _asked(request, team, leader)
    mine = LEADER in request.roles
    context |= {
        "whom": eyes.whom(request, team, leader),
        "mine": mine,
        "round": asked,
        "rounds": every,
        "fixed": actions.fixed(team, leader, now=now),
        "running": _running(team, now) if mine else None,
        "shown": eyes.shown(request, team, eyes.THE_MIRROR),
    }
    return render(request, "brief/mirror.html", context)


def _running(team: Team, now: datetime) -> Wave | None:
    return Wave.objects.open().filter(team=team, what=What.MIRROR, closes_at__gt=now).first()


@of_team_or_shown
def marks(request: Request, team: Team) -> HttpResponse:
    """Show the three marks of one round; as a part for htmx, as a page of its own otherwise, as JSON when asked."""
    leader = eyes.looked_at(request, team)
    if not eyes.may_see(request, team, eyes.THE_MIRROR):
        return eyes.not_yours(request, team)
    if leader is None:
        raise Http404
    eyes.noted(request, team, "the mirror")
    asked, every = _asked(request, team, leader)
    found = rows(team, leader, asked, newest=asked == every[0], now=timezone.now())
    if request.GET.get("format") == "json":
        return JsonResponse({"round": asked.name, "statements": [plain(row) for row in found]})
    context = {
        "team": team,
        "here": "sideline",
        "round": asked,
        "rows": found,
        "told": any(row.team for row in found),
        "ticks": list(zip(TICKS, HOW_OFTEN, strict=True)),
        "caveats": measure.CAVEATS,
        "by": eyes.shown(request, team, eyes.THE_MIRROR).by,
    }
    return render(request, "brief/marks.html#marks" if request.htmx else "brief/marks.html", context)


def plain(row: Row) -> dict[str, Any]:
    """Return a row in plain types; steps, not places on the screen."""

    def step(mark: Mark | None) -> dict[str, Any] | None:
        if mark is None:
            return None
        back_to = {k: round(1 + 4 * (v - _FIRST) / (_LAST - _FIRST), 2) for k, v in asdict(mark).items() if k in ("x", "low", "high")}  # fmt: skip
        return {"step": back_to["x"], "low": back_to["low"], "high": back_to["high"], "words": mark.words, "n": mark.n}  # fmt: skip

    said = {"statement": row.statement.own, "theme": row.statement.theme}
    return said | {"own": step(row.own), "team": step(row.team), "log": step(row.seen), "says": row.log}


_VERBS = {
    "show": (actions.share, say("It is shown from now on.")),
    "take-back": (actions.take_back, say("Taken back. Nobody else sees it any more.")),
}


@for_those(rules.MAY["share"])
@require_POST
def share(request: Request, team: Team, verb: str) -> HttpResponse:
    """Show one thing of how one leads to others, or take it back."""
    if verb not in _VERBS:
        raise Http404
    what = request.POST.get("what", "")
    check_shared(what)
    if request.person is None:
        raise Refused(say("Only whoever leads shows how they lead."))
    act, says = _VERBS[verb]
    act(team, what, request.POST.get("whom", ""), by=request.person, roles=request.roles, now=timezone.now())
    messages.success(request, says)
    return HttpResponseRedirect(back(request, otherwise=reverse("mirror", args=[team.slug])))


def check_shared(what: str) -> None:
    """Refuse to show what is no measure of how a leader leads."""
    known = measures()
    if what not in known or known[what].eyes != "leader":
        raise BadInput(say("What: the mirror, the map, or one of your measures."))
