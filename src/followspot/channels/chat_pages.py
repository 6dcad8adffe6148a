"""Where chats send what was said, the admin's page of them, and the link by which somebody says who they are there."""

from __future__ import annotations

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from followspot.channels import chats, msteams, slack
from followspot.channels.models import Chat
from followspot.errors import BadInput, Refused
from followspot.language import say
from followspot.teams.pages import Request


@csrf_exempt
@login_not_required
@require_POST
def slack_command(request: HttpRequest) -> HttpResponse:
    """Take a slash command in; it is answered in the background."""
    return _from_slack(request, action=False)


@csrf_exempt
@login_not_required
@require_POST
def slack_action(request: HttpRequest) -> HttpResponse:
    """Take a shortcut on a message in; it is answered in the background."""
    return _from_slack(request, action=True)


def _from_slack(request: HttpRequest, *, action: bool) -> HttpResponse:
    now = timezone.now()
    if odd := _odd(request):
        return odd
    try:
        heard = chats.take_in(
            Chat.Service.SLACK, slack.signed(request.headers, request.body, now=now), now=now
        )
        word = (slack.action if action else slack.command)(heard.chat, request.body)
    except chats.Unsigned as error:
        return _no(str(error), 403)
    except BadInput as error:
        return _no(str(error), 422)
    if word is None:
        return HttpResponse()
    chats.keep(heard, word)
    slack.answer_soon.enqueue(heard.pk)
    return (
        HttpResponse()
        if action
        else JsonResponse({"response_type": "ephemeral", "text": str(say("One moment."))})
    )


@csrf_exempt
@login_not_required
@require_POST
def teams_message(request: HttpRequest) -> HttpResponse:
    """Answer what was said to an outgoing webhook of Teams; the answer stands in the channel."""
    now = timezone.now()
    if odd := _odd(request):
        return odd
    try:
        heard = chats.take_in(
            Chat.Service.TEAMS, msteams.signed(request.headers, request.body, now=now), now=now
        )
        word = msteams.message(request.body)
    except chats.Unsigned as error:
        return _no(str(error), 403)
    except BadInput as error:
        return _no(str(error), 422)
    said = chats.told_word(heard.chat, word, now=now)
    if said is None:
        chats.keep(heard, word)
        done = chats.answer(heard, now=now, alone=False)
        said = done[1] if done else None
    text = "\n\n".join(str(part) for part in (said.here, said.text) if part) if said else ""
    return JsonResponse({"type": "message", "text": text.replace("\n", "  \n")})


def _odd(request: HttpRequest) -> HttpResponse | None:
    """Turn away what no chat sends, before it is read."""
    if int(request.headers.get("Content-Length") or 0) > chats.LARGEST:
        return _no(str(say("This is too large.")), 413)
    if request.content_type not in ("application/json", "application/x-www-form-urlencoded"):
        return _no(str(say("Send JSON or a form.")), 415)
    return None


def _no(why: str, status: int) -> HttpResponse:
    return HttpResponse(why, status=status, content_type="text/plain")


class ChatForm(forms.Form):
    """Which service, what it is called, and its secret."""

    service = forms.ChoiceField(label=say("Which service?"), choices=Chat.Service.choices)
    name = forms.CharField(
        label=say("What is it called?"), max_length=80, help_text=say("The workspace, or the team: Quay.")
    )
    secret = forms.CharField(
        label=say("Its secret"),
        max_length=300,
        strip=True,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=say(
            "Slack: the signing secret of your app. Teams: the security token shown when the webhook is made."
        ),
    )


def listed(request: Request) -> HttpResponse:
    """Show an admin which chats are listened to, and what to paste where."""
    _for_admins(request)

    def at(name: str) -> str:
        return f"{settings.SITE}{reverse(name)}"

    context = {
        "chats": [(chat, chats.opens(chat)) for chat in Chat.objects.all()],
        "command": at("heard-slack-command"),
        "shortcut": at("heard-slack-action"),
        "outgoing": at("heard-teams"),
        "here": "profile",
    }
    return render(request, "channels/chats.html", context)


@reauthentication_required  # type: ignore[untyped-decorator]
@never_cache
def connect(request: Request) -> HttpResponse:
    """Listen to another chat."""
    _for_admins(request)
    form = ChatForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            chats.connect(**form.cleaned_data, by=request.user, now=timezone.now())
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, say("It is listened to. Say “help” there to try it."))
            return redirect("chats")
    context = {"form": form, "here": "profile"}
    return render(request, "channels/chat_new.html", context, status=422 if form.errors else 200)


@require_POST
def remove(request: Request, pk: int) -> HttpResponse:
    """Listen to a chat no more."""
    _for_admins(request)
    chat = get_object_or_404(Chat, pk=pk)
    chats.remove(chat, by=request.user, now=timezone.now())
    messages.success(request, say("{chat} speaks for nobody any more.", chat=str(chat)))
    return redirect("chats")


def _for_admins(request: Request) -> None:
    """Let nobody but an admin know that there is a page."""
    if not request.user.is_staff:
        raise Http404


@never_cache
def link(request: Request, signed: str) -> HttpResponse:
    """Ask whether it is somebody who spoke in a chat; on yes, do what they said there."""
    heard = chats.linked(signed)
    word = chats.kept(heard)
    if request.method == "POST":
        chats.say_who(heard.chat, word, request.user, now=timezone.now())
        slack.answer_soon.enqueue(heard.pk)
        messages.success(
            request,
            say(
                "{name} in {chat} is you. What you asked for is being done.",
                name=word.name,
                chat=str(heard.chat),
            ),
        )
        return redirect("reach")
    context = {"word": word, "chat": heard.chat, "here": "profile"}
    return render(request, "channels/chat_link.html", context)
