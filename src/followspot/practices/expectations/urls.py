"""Addresses of a team's expectations."""

from django.urls import path

from followspot.practices.expectations import pages

urlpatterns = [
    path("expectations/", pages.listed, name="expectations"),
    path("expectations/new/", pages.new, name="new-expectation"),
    path("expectations/<int:pk>/", pages.one, name="expectation"),
    path("expectations/<int:pk>/<slug:verb>/", pages.act, name="move-expectation"),
    path("expectations/terms/<int:pk>/<slug:verb>/", pages.settle, name="settle-terms"),
]
