"""What reaches one, when and where; who one is in chats; one's addresses for mail; and a team's own channel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from followspot import seals
from followspot.channels import boards, chats, digests, mail_in, ways
from followspot.channels.models import Chat, ChatIdentity, Mailbox, Outlet, Reach, TeamOutlet
from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.teams.models import Account, Team
from followspot.teams.pages import Request, must_keep, of_team

_HOURS = [(hour, f"{hour}:00") for hour in range(24)]
_TEST = say("A test from Followspot"), say("It gets through. What you chose comes here from now on.")


def _hour(label: str, help_text: str = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(label=label, help_text=help_text, choices=_HOURS, coerce=int)


class ReachForm(forms.Form):
    """How often, when, and whether by mail."""

    rhythm = forms.ChoiceField(label=say("How often?"), choices=Reach.Rhythm.choices)
    hour = _hour(say("From which hour on?"), say("Where you live, on days on which one of your teams works."))
    quiet_from = _hour(say("Quiet from"), say("The same hour twice: never quiet."))
    quiet_until = _hour(say("Quiet until"))
    by_mail = forms.BooleanField(label=say("By mail"), required=False)
    danger = forms.BooleanField(
        label=say("Word of danger at once, whatever the hour"),
        required=False,
        help_text=say("A broken glass always reaches the leader."),
    )

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        if {"hour", "quiet_from", "quiet_until"} <= said.keys():
            asked = Reach(quiet_from=said["quiet_from"], quiet_until=said["quiet_until"])
            if digests.is_quiet(asked, said["hour"]):
                self.add_error(
                    "hour", say("That hour lies in your quiet. Choose another, or a shorter quiet.")
                )
        return said


class OutletForm(forms.Form):
    """What it is called, and its address."""

    name = forms.CharField(
        label=say("What is it called?"), max_length=80, help_text=say("My phone, or #quay.")
    )
    address = forms.CharField(
        label=say("Its address"),
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        help_text=say(
            "As apprise writes it: ntfys://ntfy.example.org/quay. It is kept under seal and not shown again."
        ),
    )


class TeamOutletForm(OutletForm):
    """The same, and what it is told."""

    of = forms.MultipleChoiceField(
        label=say("What is it told?"),
        choices=[
            ("applause", say("Applause")),
            ("lessons", say("Lessons: what we know now, never who told it")),
            ("dangers", say("Danger, at once")),
            ("barriers", say("Barriers: what is in the way, never who raised it")),
        ],
        initial=["applause", "lessons", "dangers"],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": say("What is it told? Choose one thing or more.")},
    )


def reach(request: Request) -> HttpResponse:
    """Show and change what reaches one."""
    there = Reach.objects.filter(account=request.user).first()
    form = ReachForm(request.POST if request.method == "POST" else None, initial=_chosen(there))
    if request.method == "POST" and form.is_valid():
        _choose(request.user, form.cleaned_data)
        messages.success(request, say("Saved."))
        return redirect("reach")
    return _page(request, form=form, status=422 if form.errors else 200)


def _chosen(there: Reach | None) -> dict[str, object]:
    return {name: getattr(there or Reach(), name) for name in ReachForm.base_fields}


@transaction.atomic
def _choose(account: Account, said: dict[str, Any]) -> None:
    """Keep what somebody chose; whoever chose nothing before waits for their next turn."""
    kept, new = Reach.objects.update_or_create(account=account, defaults=said)
    if new:
        digests.begin(kept, now=timezone.now())


def _page(request: Request, *, status: int = 200, **more: Any) -> HttpResponse:
    account = request.user
    there = Reach.objects.filter(account=account).first()
    boxes = {b.team_id: b for b in Mailbox.objects.filter(account=account).select_related("team")}
    taken = bool(settings.MAIL_IN)
    teams = digests.teams_of(account, now=timezone.now()) if taken else []
    context = {
        "form": more.pop("form", None) or ReachForm(initial=_chosen(there)),
        "chosen": there is not None,
        "outlet_form": more.pop("outlet_form", None) or OutletForm(),
        "outlets": Outlet.objects.filter(account=account),
        "identities": ChatIdentity.objects.filter(account=account).select_related("chat"),
        "chats": Chat.objects.exists(),
        "in_teams": Chat.objects.filter(service=Chat.Service.TEAMS).exists(),
        "mail_in": taken,
        "boxes": [
            (t, boxes.get(t.pk), mail_in.addresses(boxes[t.pk]) if t.pk in boxes else []) for t in teams
        ],
        "here": "profile",
        **more,
    }
    return render(request, "channels/reach.html", context, status=status)


@require_POST
@never_cache
def act(request: Request, verb: str) -> HttpResponse:
    """Add, test or remove a channel; make a word for a chat or let go of a name there; make or remove an address for mail."""
    act = _ACTS.get(verb)
    if act is None:
        raise Http404
    return act(request, request.user)


def _add(request: Request, account: Account) -> HttpResponse:
    form = OutletForm(request.POST)
    if form.is_valid():
        try:
            if account.outlets.count() >= ways.MOST:
                raise Refused(say("You have {n} channels. Remove one that you read no more.", n=ways.MOST))
            address = form.cleaned_data["address"]
            kind = ways.check(address)
        except (BadInput, Refused) as error:
            form.add_error("address", str(error).removeprefix(str(say("Address: "))))
        else:
            outlet = Outlet.objects.create(
                account=account,
                name=form.cleaned_data["name"],
                kind=kind,
                sealed_address=seals.seal(address),
                made_at=timezone.now(),
            )
            _choose(account, {})
            messages.success(
                request, say("{outlet} is added. Send a test to see whether it gets through.", outlet=outlet)
            )
            return redirect("reach")
    return _page(request, outlet_form=form, status=422)


def _test(request: Request, account: Account) -> HttpResponse:
    _tested(request, get_object_or_404(Outlet, account=account, pk=_number(request)))
    return redirect("reach")


def _tested(request: Request, way: Outlet | TeamOutlet) -> None:
    if ways.send(way, *_TEST):
        messages.success(request, say("The test got through to {way}.", way=way))
    else:
        messages.error(
            request, say("The test didn’t get through to {way}: {answer}", way=way, answer=way.answer)
        )


def _remove(request: Request, account: Account) -> HttpResponse:
    outlet = get_object_or_404(Outlet, account=account, pk=_number(request))
    outlet.delete()
    messages.success(request, say("Nothing goes to {outlet} any more.", outlet=outlet))
    return redirect("reach")


def _unlink(request: Request, account: Account) -> HttpResponse:
    identity = get_object_or_404(ChatIdentity, account=account, pk=_number(request))
    chats.unlink(identity, now=timezone.now())
    messages.success(request, say("{identity} is no longer you.", identity=identity))
    return redirect("reach")


def _word(request: Request, account: Account) -> HttpResponse:
    return _page(request, word=chats.make_word(account, now=timezone.now()))


def _mail(request: Request, account: Account) -> HttpResponse:
    if not settings.MAIL_IN:
        raise Refused(say("This server takes no mail in. Whoever runs it can let it: FOLLOWSPOT_MAIL_IN."))
    box = mail_in.make(account, get_object_or_404(Team, pk=_number(request)), now=timezone.now())
    messages.success(
        request, say("The address for {team} is new; one from before opens nothing any more.", team=box.team)
    )
    return redirect("reach")


def _no_mail(request: Request, account: Account) -> HttpResponse:
    box = get_object_or_404(
        Mailbox.objects.select_related("team", "account"), account=account, pk=_number(request)
    )
    mail_in.remove(box, now=timezone.now())
    messages.success(request, say("The address for {team} opens nothing any more.", team=box.team))
    return redirect("reach")


_ACTS = {
    "add": _add,
    "test": _test,
    "remove": _remove,
    "unlink": _unlink,
    "word": _word,
    "mail": _mail,
    "no-mail": _no_mail,
}


def _number(request: Request) -> int:
    text = request.POST.get("pk", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


@of_team
def team_channel(request: Request, team: Team) -> HttpResponse:
    """Show where a team is told of itself, to whoever leads or keeps it, and add another place."""
    must_keep(request, team)
    form = TeamOutletForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            outlet = boards.add(
                team,
                said["name"],
                said["address"],
                frozenset(said["of"]),
                by=request.user,
                now=timezone.now(),
            )
        except (BadInput, Refused) as error:
            form.add_error("address", str(error).removeprefix(str(say("Address: "))))
        else:
            messages.success(
                request, say("{outlet} is added. Send a test to see whether it gets through.", outlet=outlet)
            )
            return redirect("team-channel", team.slug)
    context = {"team": team, "form": form, "outlets": team.outlets.all()}
    return render(request, "channels/team_channel.html", context, status=422 if form.errors else 200)


@of_team
@require_POST
def move_team_channel(request: Request, team: Team, pk: int, verb: str) -> HttpResponse:
    """Test or remove a place where a team is told of itself."""
    must_keep(request, team)
    outlet = get_object_or_404(TeamOutlet.objects.select_related("team"), team=team, pk=pk)
    if verb == "test":
        _tested(request, outlet)
    elif verb == "remove":
        boards.remove(outlet, by=request.user, now=timezone.now())
        messages.success(request, say("Nothing goes to {outlet} any more.", outlet=outlet))
    else:
        raise Http404
    return redirect("team-channel", team.slug)
