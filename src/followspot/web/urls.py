"""Addresses of everything."""

from django.urls import include, path

from followspot.evidence.service_pages import webhook
from followspot.web import api, monitors, pages, refusals, sees, tables
from followspot.web.assistant import door

handler500 = "followspot.web.troubles.failed"

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", monitors.healthz, name="healthz"),
    path("readyz", monitors.readyz, name="readyz"),
    path("metrics", monitors.metrics, name="metrics"),
    path("app.webmanifest", pages.manifest, name="manifest"),
    path("theme/", pages.theme, name="theme"),
    path("", include("followspot.teams.account_urls")),
    path("", include("followspot.privacy.urls")),
    path("", include("followspot.channels.urls")),
    path("privacy/who-sees-what/", sees.everywhere, name="who-sees-what-everywhere"),
    path("mcp", door.mcp, name="mcp"),
    path("scim/v2/", include("followspot.directory.urls")),
    path("unsent/", refusals.unsent, name="unsent"),
    path("api/v1/", include(api.urls())),
    path("start/", pages.start, name="start"),
    path("sources/<str:hook>/webhook/", webhook, name="webhook"),
    path("teams/<slug:slug>/", include("followspot.teams.urls")),
    path("teams/<slug:slug>/", include("followspot.evidence.urls")),
    path("teams/<slug:slug>/", include("followspot.objects.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.expectations.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.barriers.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.applause.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.lessons.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.danger.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.stepaways.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.panels.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.pulse.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.mirror.urls")),
    path("teams/<slug:slug>/tables/", tables.tables, name="tables"),
    path("teams/<slug:slug>/who-sees-what/", sees.page, name="who-sees-what"),
    path("teams/<slug:slug>/", include("followspot.brief.urls")),
]
