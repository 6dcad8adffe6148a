"""Addresses of a team's lessons."""

from django.urls import path

from followspot.practices.lessons import pages

urlpatterns = [
    path("lessons/", pages.listed, name="lessons"),
    path("lessons/tell/", pages.tell, name="tell-lesson"),
    path("lessons/<int:pk>/", pages.one, name="lesson"),
    path("lessons/<int:pk>/<slug:verb>/", pages.act, name="move-lesson"),
    path("lessons/follow-ups/<int:pk>/<slug:verb>/", pages.follow, name="move-followup"),
]
