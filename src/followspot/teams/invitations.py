"""Inviting somebody, and coming in by an invitation."""

from functools import partial

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from followspot.language import say
from followspot.teams import access, actions, mail
from followspot.teams.forms import Invite
from followspot.teams.models import Invitation, Team
from followspot.teams.pages import Request, must_keep, of_team
from followspot.teams.people import from_the_page, shown


@of_team
@from_the_page
@never_cache
def invite(request: Request, team: Team) -> HttpResponse:
    """Invite by mail, or make a link; a link is shown this once, since only its hash is kept."""
    must_keep(request, team)
    hands = access.hands_the_lead(request.user, team, today=timezone.localdate())
    form = Invite(request.POST, team=team, hands=hands)
    if not form.is_valid():
        return shown(request, team, invite=form)
    said = form.cleaned_data
    now, email, leads = timezone.now(), said["email"], bool(said.get("leads"))
    made = partial(actions.invite, team, by=request.user, now=now, person=said.get("person"), leads=leads)
    invitation, word = made(email=email)
    sent = bool(email) and mail.send_invitation(invitation, _link(request, word))
    if sent and settings.MAIL_GOES:
        messages.success(request, say("An invitation went to {email}.", email=invitation.email))
        return redirect("people", team.slug)
    if email and not sent:
        # A word that its inviter sees proves nobody's address: it is replaced by one that claims none.
        actions.withdraw(invitation, now=now, by=request.user)
        invitation, word = made()
    context = {
        "team": team,
        "invitation": invitation,
        "link": _link(request, word),
        "unsent": "" if sent else email,
        "kept": sent,
        "here": "people",
    }
    return render(request, "teams/invited.html", context)


def _link(request: Request, word: str) -> str:
    return request.build_absolute_uri(reverse("join", args=[word]))


@never_cache
def join(request: Request, word: str) -> HttpResponse:
    """Show which team the invitation leads into and who invites; one button goes in."""
    found = Invitation.objects.select_related("team", "invited_by", "person")
    invitation = found.filter(word_hash=actions.hash_of(word)).first()
    if invitation is None:
        return render(request, "teams/not_invited.html", {"unknown": True}, status=404)
    if request.method == "POST":
        return _accepted(request, invitation)
    signed_in, now = request.user.is_authenticated, timezone.now()
    if signed_in and actions.there_already(invitation, request.user, timezone.localdate(now)):
        return redirect(invitation.team)
    if not Invitation.objects.open(now).filter(pk=invitation.pk).exists():
        return render(request, "teams/not_invited.html", {"invitation": invitation}, status=410)
    if not signed_in:
        _remember(request, invitation)
    context = {"invitation": invitation, "to": invitation.team, "by": invitation.invited_by}
    return render(request, "teams/join.html", context)


def _accepted(request: Request, invitation: Invitation) -> HttpResponse:
    if not request.user.is_authenticated:
        return redirect(f"{reverse('sign-in')}?next={request.path}")
    actions.accept(invitation, account=request.user, now=timezone.now())
    request.session.pop("invitation", None)
    messages.success(request, say("You are of {team} now.", team=invitation.team.name))
    return redirect(invitation.team)


def _remember(request: Request, invitation: Invitation) -> None:
    """Let somebody without an account make one: sign-up asks the session for an invitation.

    A word that came by mail proves the address. Without a mail server whoever invited saw the word too,
    so there it proves nothing.
    """
    request.session["invitation"] = invitation.pk
    if invitation.email and settings.MAIL_GOES:
        get_adapter(request).stash_verified_email(request, invitation.email)
