"""Addresses of a team's barriers."""

from django.urls import path

from followspot.practices.barriers import pages

urlpatterns = [
    path("barriers/", pages.listed, name="barriers"),
    path("barriers/<int:pk>/", pages.one, name="barrier"),
    path("barriers/<int:pk>/<slug:verb>/", pages.act, name="move-barrier"),
]
