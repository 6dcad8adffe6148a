"""Addresses of the pulse."""

from django.urls import path

from followspot.practices.pulse import pages

urlpatterns = [
    path("pulse/", pages.listed, name="pulse"),
    path("pulse/answer/", pages.answer, name="answer-pulse"),
    path("pulse/settings/", pages.settings, name="pulse-settings"),
    path("pulse/settings/<slug:verb>/", pages.set_up, name="set-pulse"),
    path("pulse/check-in/", pages.check_in, name="check-in"),
    path("pulse/check-in/<int:pk>/withdraw/", pages.withdraw, name="withdraw-check-in"),
    path("pulse/<int:pk>/", pages.one, name="wave"),
    path("pulse/<int:pk>/answer/<str:word>/", pages.answer_by_link, name="answer-by-link"),
    path("pulse/<int:pk>/<slug:verb>/", pages.act, name="move-wave"),
]
