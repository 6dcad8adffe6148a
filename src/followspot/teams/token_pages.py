"""Tokens for programs: those one has, making one, which is shown once, and revoking one."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from followspot.language import say
from followspot.teams import tokens as verbs
from followspot.teams.models import Token
from followspot.teams.pages import Request


class TokenForm(forms.Form):
    """What it is for, what it may do, until when."""

    name = forms.CharField(
        label=say("What is it for?"),
        max_length=80,
        help_text=say("“The backup script”, so that you know it again."),
        error_messages={"required": say("What is it for? A few words are enough.")},
    )
    scopes = forms.MultipleChoiceField(
        label=say("What may it do?"),
        initial=[verbs.READ],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say("What may it do? Choose one thing or more.")},
    )
    days = forms.IntegerField(
        label=say("For how many days?"),
        initial=verbs.USUAL_DAYS,
        min_value=1,
        max_value=verbs.MOST_DAYS,
        help_text=say("At most {most_days}. Then it ends by itself.", most_days=verbs.MOST_DAYS),
    )

    def __init__(self, said: object, *, admin: bool) -> None:
        super().__init__(said)  # type: ignore[arg-type]
        offered = [(s, words) for s, words in verbs.SCOPES.items() if admin or s not in verbs.ADMINS]
        self.fields["scopes"].choices = offered  # type: ignore[attr-defined]


def tokens(request: Request) -> HttpResponse:
    """List one’s tokens, those that still open something first."""
    now = timezone.now()
    every = list(Token.objects.filter(account=request.user)[:100])
    context = {
        "open": [t for t in every if t.revoked_at is None and t.expires_at > now],
        "ended": [t for t in every if t.revoked_at is not None or t.expires_at <= now],
        "here": "profile",
    }
    return render(request, "account/tokens.html", context)


@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def make(request: Request) -> HttpResponse:
    """Make a token; its secret is shown this once, since only a hash is kept."""
    form = TokenForm(request.POST if request.method == "POST" else None, admin=request.user.is_staff)
    if request.method == "POST" and form.is_valid():
        token, secret = verbs.make(request.user, **form.cleaned_data, by=request.user, now=timezone.now())
        return render(
            request, "account/token_made.html", {"token": token, "secret": secret, "here": "profile"}
        )
    status = 422 if form.errors else 200
    return render(request, "account/token_new.html", {"form": form, "here": "profile"}, status=status)


@require_POST
def revoke(request: Request, pk: int) -> HttpResponse:
    """Revoke a token of one’s own."""
    token = get_object_or_404(Token, account=request.user, pk=pk)
    verbs.revoke(token, by=request.user, now=timezone.now())
    messages.success(request, say("“{token}” opens nothing any more.", token=token))
    return redirect("tokens")
