"""One's webhooks: those there are, setting one up, and how the last dispatches went."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from followspot.channels import webhooks
from followspot.channels.models import Webhook
from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.teams import access
from followspot.teams.models import Account, Team
from followspot.teams.pages import Request

_SHOWN = 30


def _own_teams(account: Account) -> list[Team]:
    return list(access.teams_of(account, today=timezone.localdate()).filter(sample=""))


class WebhookForm(forms.Form):
    """Which team, what of it, and where to."""

    team = forms.ModelChoiceField(Team.objects.none(), label=say("Of which team?"), empty_label=None)
    address = forms.URLField(
        label=say("Where to?"),
        max_length=500,
        assume_scheme="https",
        help_text=say("An address that takes a POST."),
    )
    of = forms.MultipleChoiceField(
        label=say("Of what?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say("Of what? Choose one thing or more.")},
    )

    def __init__(self, said: object, *, account: Account) -> None:
        super().__init__(said)  # type: ignore[arg-type]
        own = [t.pk for t in _own_teams(account)]
        self.fields["team"].queryset = Team.objects.filter(pk__in=own)  # type: ignore[attr-defined]
        # What is sent back is the English, by which it is known.
        self.fields["of"].choices = [(str.__str__(title), title) for title in webhooks.offered()]  # type: ignore[attr-defined]

    def clean_address(self) -> str:
        address = str(self.cleaned_data["address"])
        try:
            webhooks.check(address)
        except BadInput as error:
            raise forms.ValidationError(str(error)) from None
        return address


def listed(request: Request) -> HttpResponse:
    """List one's webhooks."""
    mine = Webhook.objects.filter(account=request.user).select_related("team")
    return render(request, "channels/webhooks.html", {"mine": list(mine), "here": "profile"})


@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def make(request: Request) -> HttpResponse:
    """Set a webhook up; its secret is shown this once."""
    form = WebhookForm(request.POST if request.method == "POST" else None, account=request.user)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        chosen = frozenset[str]().union(*(webhooks.offered()[title] for title in said["of"]))
        try:
            it, secret = webhooks.make(
                request.user, said["team"], said["address"], chosen, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return render(
                request, "channels/webhook_made.html", {"it": it, "secret": secret, "here": "profile"}
            )
    context = {"form": form, "teams": _own_teams(request.user), "here": "profile"}
    return render(request, "channels/webhook_new.html", context, status=422 if form.errors else 200)


def one(request: Request, pk: int) -> HttpResponse:
    """Show how a webhook does."""
    it = get_object_or_404(Webhook.objects.select_related("team"), account=request.user, pk=pk)
    of = [title for title, activities in webhooks.offered().items() if activities & set(it.activities)]
    context = {"it": it, "of": of, "dispatches": it.dispatches.all()[:_SHOWN], "here": "profile"}
    return render(request, "channels/webhook.html", context)


@require_POST
def act(request: Request, pk: int, verb: str) -> HttpResponse:
    """Test a webhook, let it go on, or remove it."""
    it = get_object_or_404(Webhook.objects.select_related("team", "account"), account=request.user, pk=pk)
    if verb == "test":
        went = webhooks.test(it, now=timezone.now())
        messages.info(
            request,
            say("The other side answered {status}.", status=went.answer.removeprefix("answered "))
            if went.answer.startswith("answered")
            else say("It did not get through: {answer}", answer=went.answer),
        )
    elif verb == "resume":
        webhooks.resume(it)
        messages.success(request, say("From now on it is told again."))
    elif verb == "remove":
        webhooks.remove(it, by=request.user, now=timezone.now())
        messages.success(request, say("{address} is told nothing any more.", address=it.address))
        return redirect("webhooks")
    else:
        raise Http404
    return redirect("my-webhook", pk)
