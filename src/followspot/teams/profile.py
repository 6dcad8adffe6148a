"""One's own page: name, time zone, mail, and the ways to sign in."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render

from followspot.language import say
from followspot.teams import actions
from followspot.teams.forms import Profile, zones
from followspot.teams.languages import to
from followspot.teams.pages import Request

_KEPT = ("zone", "language", "brief_by_mail")


def profile(request: Request) -> HttpResponse:
    """Show and change what one's account says."""
    account = request.user
    known = {"name": account.name, **{field: getattr(account, field) for field in _KEPT}}
    form = Profile(request.POST if request.method == "POST" else None, initial=known)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            actions.rename(account, form.cleaned_data["name"])
            for field in _KEPT:
                setattr(account, field, form.cleaned_data[field])
            account.save(update_fields=_KEPT)
        with to(account):
            messages.success(request, str(say("Saved.")))
        return redirect("profile")
    kinds = set(Authenticator.objects.filter(user=account).values_list("type", flat=True))
    context = {
        "form": form,
        "zones": zones(),
        "addresses": EmailAddress.objects.filter(user=account).order_by("-primary", "email"),
        "has_app": Authenticator.Type.TOTP in kinds,
        "has_passkey": Authenticator.Type.WEBAUTHN in kinds,
        "here": "profile",
    }
    return render(request, "account/profile.html", context, status=422 if form.errors else 200)
