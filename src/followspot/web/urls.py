"""Addresses of everything."""

from django.contrib.auth import views as auth
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from followspot.web import pages

sign_in = auth.LoginView.as_view(template_name="web/sign_in.html", redirect_authenticated_user=True)

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.healthz, name="healthz"),
    path("theme/", pages.theme, name="theme"),
    path("sign-in/", login_not_required(sign_in), name="sign-in"),
    path("sign-out/", auth.LogoutView.as_view(), name="sign-out"),
    path("start/", pages.start, name="start"),
    path("teams/<slug:slug>/", include("followspot.teams.urls")),
    path("teams/<slug:slug>/", include("followspot.evidence.urls")),
    path("teams/<slug:slug>/", include("followspot.practices.stepaways.urls")),
    path("teams/<slug:slug>/", include("followspot.brief.urls")),
]
