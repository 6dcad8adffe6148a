"""Addresses of a team's evidence."""

from django.urls import path

from followspot.evidence import pages, service_pages, table_pages

urlpatterns = [
    path("evidence/", pages.evidence, name="evidence"),
    path("evidence/add/", pages.add, name="add-source"),
    path("evidence/add/<slug:service>/", service_pages.add, name="add-service"),
    path("evidence/<int:pk>/token/", service_pages.replace_token, name="replace-token"),
    path("evidence/<int:pk>/webhook/", service_pages.make_webhook, name="make-webhook"),
    path("evidence/<int:pk>/map/", table_pages.map_columns, name="map-columns"),
    path("evidence/<int:pk>/newer/", table_pages.newer, name="newer-file"),
    path("evidence/<int:pk>/read/", pages.read_again, name="read-again"),
    path("evidence/<int:pk>/forget/", pages.forget, name="forget-source"),
    path("evidence/<int:pk>/", pages.progress, name="source"),
    path("evidence/identities/", pages.identities, name="identities"),
]
