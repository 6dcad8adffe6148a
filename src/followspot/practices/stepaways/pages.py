"""The list of a team's step-aways, and the form that announces one."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from followspot.errors import Refused
from followspot.practices.stepaways import actions, rules
from followspot.practices.stepaways.models import StepAway
from followspot.teams import access
from followspot.teams.models import Team
from followspot.teams.pages import Request, must_keep, of_team

FLOWS = [
    ("landed", "Work let in (merged, closed, released)"),
    ("written", "Work written"),
    ("done", "Items finished"),
    ("people", "People at work on it, a day"),
]


class StepAwayForm(forms.Form):
    begins_on = forms.DateField(label="First day away", widget=forms.DateInput({"type": "date"}))
    ends_on = forms.DateField(
        label="Last day away",
        required=False,
        widget=forms.DateInput({"type": "date"}),
        help_text="Empty: for good.",
    )
    margin = forms.TypedChoiceField(
        label="How far may the work fall and still count as held?",
        coerce=float,
        choices=[(m, f"{m:.0%}") for m in rules.MARGINS],
        initial=rules.USUAL_MARGIN,
        help_text="Choose before you look. It can't be changed afterwards.",
    )
    flow = forms.ChoiceField(label="What counts as output?", choices=FLOWS)
    stand_ins = forms.CharField(
        label="Who stood in?", required=False, max_length=200, help_text="Names, with commas between."
    )
    what_else = forms.CharField(
        label="What else happened then?",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 3}),
        help_text="A release, a reorganisation, a holiday season.",
    )

    def clean(self) -> dict[str, object]:
        given = super().clean() or {}
        begins, ends = given.get("begins_on"), given.get("ends_on")
        if begins and ends and ends < begins:
            self.add_error("ends_on", "The last day away is before the first.")
        return given


@of_team
def listed(request: Request, team: Team) -> HttpResponse:
    """Show what step-aways there are; POST announces one."""
    today = timezone.localdate()
    leader = access.leader_of(team, today=today)
    form = StepAwayForm(request.POST or None, initial=request.GET.dict() or None)
    if request.method == "POST" and form.is_valid():
        must_keep(request, team)
        if leader is None:
            raise Refused("Say first who leads the team, on the Evidence page.")
        by = getattr(request.user, "person", None)
        stepaway = actions.plan(team, leader, by=by, now=timezone.now(), **form.cleaned_data)
        messages.success(request, "It is set down. The margin stands from now on.")
        return redirect(stepaway)
    context = {
        "team": team,
        "leader": leader,
        "stepaways": StepAway.objects.filter(team=team).select_related("leader"),
        "form": form,
        "may": access.keeps(request.user, team, today=today),
        "here": "stepaways",
    }
    return render(request, "stepaways/list.html", context, status=422 if form.errors else 200)


@of_team
@require_POST
def withdraw(request: Request, team: Team, pk: int) -> HttpResponse:
    """Take a step-away back."""
    must_keep(request, team)
    stepaway = get_object_or_404(StepAway, team=team, pk=pk)
    actions.withdraw(stepaway, by=getattr(request.user, "person", None), now=timezone.now())
    messages.success(request, "It was taken back. Nothing else changed.")
    return redirect("stepaways", team.slug)
