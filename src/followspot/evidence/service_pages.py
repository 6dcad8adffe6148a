"""Connecting a service, giving it another token, its webhook, and the address at which it tells something by itself."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from followspot.errors import BadInput, Refused
from followspot.evidence import collect, deliveries, remotes
from followspot.evidence.connectors import connectors
from followspot.evidence.forms import ServiceForm, TokenForm
from followspot.evidence.models import Source
from followspot.evidence.pages import about
from followspot.language import say
from followspot.teams.models import Team
from followspot.teams.pages import Request, must_keep, of_team


@of_team
def add(request: Request, team: Team, service: str) -> HttpResponse:
    """Connect a service: what it is and its token, which is tried at once."""
    must_keep(request, team)
    remote = remotes.remotes().get(service)
    if remote is None:
        raise Http404
    form = ServiceForm(remote, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            source, opens = _connect(team, service, dict(form.cleaned_data))
        except (BadInput, Refused) as error:
            form.say_no(str(error))
        else:
            messages.success(request, opens)
            return redirect("source", team.slug, source.pk)
    context = {"team": team, "here": "evidence", "form": form, "connector": connectors()[service]}
    return render(request, "evidence/service.html", context, status=422 if form.errors else 200)


def _connect(team: Team, service: str, given: dict[str, str]) -> tuple[Source, str]:
    now = timezone.now()
    source, opens = remotes.connect(team, service, given, token=given.pop("token").strip(), now=now)
    collect.start(source, now=now)
    return source, opens


@of_team
@require_POST
def replace_token(request: Request, team: Team, pk: int) -> HttpResponse:
    """Put another token in the place of a source's."""
    must_keep(request, team)
    source = _service(team, pk)
    form = TokenForm(remotes.remotes()[source.connector], request.POST)
    if form.is_valid():
        try:
            opens = remotes.replace_token(source, form.cleaned_data["token"].strip(), now=timezone.now())
        except BadInput as error:
            form.say_no(str(error))
        else:
            messages.success(request, say("The token is replaced. {opens}", opens=opens))
            return redirect("source", team.slug, pk)
    return render(request, "evidence/progress.html", about(request, source, token_form=form), status=422)


@of_team
@require_POST
@never_cache
def make_webhook(request: Request, team: Team, pk: int) -> HttpResponse:
    """Hand out the webhook's address and a new secret, which is shown this once."""
    must_keep(request, team)
    source = _service(team, pk)
    hook = deliveries.hook_of(source)
    if hook is None:
        raise Http404
    secret = deliveries.set_up(source)
    context = {
        "team": team,
        "here": "evidence",
        "source": source,
        "connector": connectors()[source.connector],
        "steps": hook.steps,
        "secret": secret,
        "address": f"{settings.SITE}{reverse('webhook', args=[source.hook])}",
    }
    return render(request, "evidence/webhook.html", context)


def _service(team: Team, pk: int) -> Source:
    return get_object_or_404(Source, team=team, pk=pk, connector__in=remotes.remotes())


@csrf_exempt
@login_not_required
@require_POST
def webhook(request: HttpRequest, hook: str) -> HttpResponse:
    """Take in what a service tells by itself; only its signature lets it in."""
    source = get_object_or_404(Source.objects.exclude(hook_secret=""), hook=hook)
    if int(request.headers.get("Content-Length") or 0) > deliveries.MOST_BYTES:
        return HttpResponse("This is too large.", status=413, content_type="text/plain")
    try:
        deliveries.receive(source, request.headers, request.body, now=timezone.now())
    except deliveries.Unsigned as error:
        return HttpResponse(str(error), status=403, content_type="text/plain")
    except Refused as error:
        return HttpResponse(str(error), status=503, content_type="text/plain")
    except BadInput as error:
        return HttpResponse(str(error), status=422, content_type="text/plain")
    return HttpResponse(status=202)
