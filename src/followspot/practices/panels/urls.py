"""Addresses of a team's panels."""

from django.urls import path

from followspot.practices.panels import pages

urlpatterns = [
    path("hiring/", pages.listed, name="panels"),
    path("hiring/convene/", pages.convene, name="convene-panel"),
    path("hiring/<int:pk>/", pages.one, name="hiring-panel"),
    path("hiring/<int:pk>/plan/", pages.change, name="change-panel"),
    path("hiring/<int:pk>/my-score/", pages.score, name="score-panel"),
    path("hiring/<int:pk>/record/", pages.record, name="record-panel"),
    path("hiring/<int:pk>/<slug:verb>/", pages.act, name="move-panel"),
]
