"""Addresses of a team's evidence."""

from django.urls import path

from followspot.evidence import pages

urlpatterns = [
    path("evidence/", pages.evidence, name="evidence"),
    path("evidence/add/", pages.add, name="add-source"),
    path("evidence/<int:pk>/map/", pages.map_columns, name="map-columns"),
    path("evidence/<int:pk>/read/", pages.read_again, name="read-again"),
    path("evidence/<int:pk>/forget/", pages.forget, name="forget-source"),
    path("evidence/<int:pk>/", pages.progress, name="source"),
    path("evidence/identities/", pages.identities, name="identities"),
]
