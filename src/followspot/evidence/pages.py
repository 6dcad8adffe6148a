"""Where a team's evidence comes from: sources, what came in, who is who."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import Refused
from followspot.evidence import collect, log, remotes
from followspot.evidence import identities as identities_of
from followspot.evidence.activities import ACTIVITIES
from followspot.evidence.connectors import connectors
from followspot.evidence.forms import SourceForm, TokenForm
from followspot.evidence.models import Run, Source
from followspot.language import say
from followspot.teams import access, actions
from followspot.teams.models import Account, Person, Team
from followspot.teams.pages import Request, must_hand_the_lead, must_keep, of_team


@of_team
def evidence(request: Request, team: Team) -> HttpResponse:
    """Show where everything comes from, who sees what of it, and who leads."""
    today = timezone.localdate()
    sources = list(team.sources.prefetch_related("runs", "segments"))
    may = access.keeps(request.user, team, today=today)
    leader = access.leader_of(team, today=today)
    has_events = any(s.segments.all() for s in sources)
    context = {
        "team": team,
        "here": "evidence",
        "sources": [_source(s) for s in sources],
        "may": may,
        "leader": leader,
        "form": SourceForm(paths=access.reads_the_servers_files(request.user)),
        "services": [connectors()[slug] for slug in remotes.remotes()],
        "candidate": log.likely_leader(team) if may and has_events and leader is None else None,
        "names": [i for i, _ in log.named(team)] if may and has_events and leader is None else [],
        "has_events": has_events,
    }
    return render(request, "evidence/evidence.html", context)


def _source(source: Source) -> dict[str, object]:
    connector = connectors()[source.connector]
    run = next(iter(source.runs.all()), None)
    return {
        "source": source,
        "connector": connector,
        "brings": [ACTIVITIES[a] for a in sorted(connector.emits)],
        "rows": sum(s.rows for s in source.segments.all()),
        "run": run,
        "running": run is not None and run.state == Run.State.RUNNING,
        "failed": run is not None and run.state == Run.State.FAILED,
    }


@of_team
@require_POST
def add(request: Request, team: Team) -> HttpResponse:
    """Connect a source by its path, or take an uploaded file in."""
    must_keep(request, team)
    form = SourceForm(request.POST, request.FILES, paths=access.reads_the_servers_files(request.user))
    if not form.is_valid():
        return render(
            request, "evidence/add.html", {"team": team, "form": form, "here": "evidence"}, status=422
        )
    return redirect(collect.take_in(team, form.cleaned_data))


@of_team
def progress(request: Request, team: Team, pk: int) -> HttpResponse:
    """Show how far the reading of a source is, and how it ended."""
    source = get_object_or_404(Source, team=team, pk=pk)
    context = about(request, source)
    if request.htmx and not context["running"]:
        return HttpResponse(headers={"HX-Redirect": request.path})
    return render(
        request, "evidence/progress.html#state" if request.htmx else "evidence/progress.html", context
    )


def about(request: Request, source: Source, *, token_form: TokenForm | None = None) -> dict[str, object]:
    """Return what the page of one source shows."""
    may = access.keeps(request.user, source.team, today=timezone.localdate())
    remote = connectors()[source.connector].remote
    if remote and may and token_form is None:
        token_form = TokenForm(remote)
    return {
        "team": source.team,
        "here": "evidence",
        "may": may,
        "remote": remote,
        "token_form": token_form,
        **_source(source),
    }


@of_team
@require_POST
def read_again(request: Request, team: Team, pk: int) -> HttpResponse:
    """Read what is new."""
    must_keep(request, team)
    source = get_object_or_404(Source, team=team, pk=pk)
    now = timezone.now()
    remotes.ask_now(source, now=now)
    collect.start(source, now=now)
    return redirect("source", team.slug, pk)


@of_team
@require_POST
def forget(request: Request, team: Team, pk: int) -> HttpResponse:
    """Undo a source and all that came from it."""
    must_keep(request, team)
    source = get_object_or_404(Source, team=team, pk=pk)
    log.forget(source)
    messages.success(
        request, say("{title} and all that came from it are gone from the log.", title=source.title)
    )
    return redirect("evidence", team.slug)


@of_team
def identities(request: Request, team: Team) -> HttpResponse:
    """Show which identities were joined to one person, and let a person mend it."""
    must_keep(request, team)
    if request.method == "POST":
        return _mend(request, team)
    wanted = request.GET.get("q", "").strip().casefold()
    groups: dict[str, list[str]] = {}
    for identity, person in log.named(team):
        groups.setdefault(person, []).append(identity)
    several = [g for p, g in groups.items() if len(g) > 1 or p.startswith("person:")]
    shown = [g for g in (groups.values() if wanted else several) if any(wanted in i.casefold() for i in g)]
    names = [i for g in groups.values() for i in g][:2000]
    context = {
        "team": team,
        "here": "evidence",
        "groups": shown[:100],
        "more": max(0, len(shown) - 100),
        "q": wanted,
        "names": names,
        "claimed": set(team.identities.filter(written_as__in=names).values_list("written_as", flat=True)),
    }
    return render(request, "evidence/identities.html", context)


def _mend(request: Request, team: Team) -> HttpResponse:
    written_as = request.POST.get("identity", "").strip()
    same_as = request.POST.get("same_as", "").strip()
    if not written_as:
        raise Refused(say("Which name is meant?"))
    _mind_the_leader(request, team, written_as, same_as)
    if request.POST.get("undo"):
        actions.unclaim(team, written_as, by=request.user)
        messages.success(request, say("What was said of {name} is taken back.", name=written_as))
    elif request.POST.get("automaton"):
        actions.claim_automaton(team, written_as, by=request.user)
        messages.success(
            request, say("{name} counts as an automaton from now on, in all that was read.", name=written_as)
        )
    elif same_as:
        claimed = team.identities.filter(written_as=same_as).select_related("person").first()
        person = claimed.person if claimed else _alone(team, same_as, by=request.user)
        actions.claim(team, written_as, person=person, by=request.user)
        messages.success(
            request,
            say("{name} is {person} from now on, in all that was read.", name=written_as, person=person.name),
        )
    else:
        _alone(team, written_as, by=request.user)
        messages.success(request, say("{name} stands alone from now on.", name=written_as))
    return redirect("identities", team.slug)


def _alone(team: Team, written_as: str, *, by: Account) -> Person:
    """Make a person of one identity."""
    name = identities_of.name_of(written_as)[:200]
    return actions.claim(team, written_as, person=actions.known_from_history(name), by=by).person


def _mind_the_leader(request: Request, team: Team, *names: str) -> None:
    """Leave the leader's own names to whoever may say who leads."""
    leader = access.leader_of(team, today=timezone.localdate())
    if leader and team.identities.filter(person=leader, written_as__in=names).exists():
        must_hand_the_lead(request, team)
