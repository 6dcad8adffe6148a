"""Addresses of a team's step-aways; plan, live page and report are composed by the brief."""

from django.urls import path

from followspot.practices.stepaways import pages

urlpatterns = [
    path("step-aways/", pages.listed, name="stepaways"),
    path("step-aways/calendar/", pages.read_calendar, name="stepaway-calendar"),
    path("step-aways/<int:pk>/<slug:verb>/", pages.act, name="move-stepaway"),
]
