"""Addresses of a team itself."""

from django.urls import path

from followspot.teams import pages

urlpatterns = [
    path("", pages.team, name="team"),
    path("lead/", pages.lead, name="lead"),
    path("people/", pages.people, name="people"),
    path("days-off/", pages.days_off, name="days-off"),
]
