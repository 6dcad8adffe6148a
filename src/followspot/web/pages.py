"""The pages that belong to no team yet: home, first run, theme, how it is installed."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from followspot.brief import judged, words
from followspot.evidence import collect
from followspot.evidence.forms import SourceForm
from followspot.language import say
from followspot.practices.stepaways.models import StepAway
from followspot.teams import access, actions
from followspot.teams.models import Account, Person, Team, is_zone
from followspot.teams.pages import Request


def home(request: Request) -> HttpResponse:
    """Show the teams one may see, or the first run where there is none."""
    today = timezone.localdate()
    teams = access.teams_of(request.user, today=today).prefetch_related("stepaway_set__leader", "memberships")
    if not teams:
        return redirect("start")
    own = [t for t in teams if not t.sample]
    living = [(t, t.leader_on(today)) for t in teams if t.sample and t.memberships.all()]
    true = [t for t in teams if t.sample and not t.memberships.all()]
    samples = [(s, _badge(s)) for t in true for s in t.stepaway_set.all()]
    context = {"own": own, "living": living, "samples": samples, "here": "teams"}
    return render(request, "web/home.html", context)


def _badge(announced: StepAway) -> words.Badge | None:
    """Return the verdict of a step-away as it is shown, where there is something to judge."""
    verdict = judged.verdict(announced)
    return words.BADGES[verdict] if verdict else None


class TeamForm(forms.Form):
    name = forms.CharField(label=say("What is the team called?"), max_length=120)
    zone = forms.CharField(
        label=say("Where does it work?"),
        initial="UTC",
        max_length=60,
        validators=[is_zone],
        help_text=say("A time zone, like Europe/Lisbon. It decides where a day ends."),
    )
    leads = forms.ChoiceField(
        label=say("Who leads it?"),
        choices=[("me", say("I do")), ("other", say("Somebody else; I choose them once the history is in"))],
    )


def start(request: Request) -> HttpResponse:
    """First run: name a team and bring its history, or only name it."""
    team_form = TeamForm(request.POST or None)
    brings = bool(request.POST.get("path") or request.FILES)
    given = (request.POST, request.FILES) if brings else ()
    source_form = SourceForm(*given, paths=access.reads_the_servers_files(request.user))
    if request.method == "POST" and team_form.is_valid() and (source_form.is_valid() or not brings):
        return _start(request, team_form.cleaned_data, source_form.cleaned_data if brings else None)
    samples = Team.objects.exclude(sample="").exists()
    context = {"team_form": team_form, "source_form": source_form, "samples": samples, "here": "start"}
    return render(request, "web/start.html", context, status=422 if request.method == "POST" else 200)


def _start(request: Request, said: dict[str, str], source: dict[str, object] | None) -> HttpResponse:
    account = request.user
    team = actions.start_team(said["name"], by=account, zone=said["zone"])
    if said["leads"] == "me":
        actions.hand_lead(team, to=_person_of(account), on=None, by=account)
    if source is None:
        messages.success(request, say("{name} is here. Bring its history when you like.", name=team.name))
        return redirect("evidence", team.slug)
    return redirect(collect.take_in(team, source))


def _person_of(account: Account) -> Person:
    person, _ = Person.objects.get_or_create(account=account, defaults={"name": str(account)})
    return person


@require_POST
@login_not_required
def theme(request: HttpRequest) -> HttpResponse:
    """Turn light to dark and back; kept in the session, so that no script is needed."""
    was = request.session.get("theme") or (
        "dark" if request.headers.get("Sec-CH-Prefers-Color-Scheme") == "dark" else "light"
    )
    request.session["theme"] = "light" if was == "dark" else "dark"
    back = request.POST.get("next", "/")
    safe = url_has_allowed_host_and_scheme(back, allowed_hosts={request.get_host()})
    return HttpResponseRedirect(back if safe else "/")  # an address as it is, never the name of one


@login_not_required
def manifest(request: HttpRequest) -> HttpResponse:
    """Say how this is installed on a phone: name, colours, icons."""
    return render(request, "web/manifest.json", content_type="application/manifest+json")
