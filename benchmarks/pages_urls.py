"""The product's addresses and one bare page beside them, for `benchmarks.pages`."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from followspot.teams.models import Person
from followspot.web.urls import urlpatterns as ours

BARE = """<!DOCTYPE html><html lang="en"><head><title>Bare</title></head><body><h1>{{ request.user }}</h1>
<ul>{% for person in people %}<li>{{ person.name }}</li>{% endfor %}</ul></body></html>"""


def bare(request: HttpRequest, queries: int) -> HttpResponse:
    """Make some queries of one row each and show what came."""
    people = [Person.objects.filter(pk=1 + n % 12).first() for n in range(queries)]
    template = engines["django"].from_string(BARE)
    return HttpResponse(template.render({"people": people}, request))


urlpatterns = [*ours, path("bare/<int:queries>/", bare, name="bare")]
