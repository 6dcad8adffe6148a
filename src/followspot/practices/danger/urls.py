"""Addresses of danger."""

from django.urls import path

from followspot.practices.danger import pages

urlpatterns = [
    path("danger/", pages.listed, name="dangers"),
    path("danger/<int:pk>/", pages.one, name="danger"),
    path("danger/<int:pk>/<slug:verb>/", pages.act, name="move-danger"),
]
