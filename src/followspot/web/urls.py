"""Addresses of everything."""

from django.urls import include, path

from followspot.web import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("theme/", pages.theme, name="theme"),
    path("", include("followspot.teams.account_urls")),
    path("start/", pages.start, name="start"),
    path("teams/<slug:slug>/", include("followspot.teams.urls")),
    path("teams/<slug:slug>/", include("followspot.evidence.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.stepaways.urls")),
    path("teams/<slug:slug>/", include("followspot.brief.urls")),
]
