"""Addresses of the Sideline, the report and what other pages embed."""

from django.urls import path

from followspot.brief import pages

urlpatterns = [
    path("", pages.stage, name="stage"),
    path("panels/pace/<int:pk>/", pages.pace, name="pace"),
    path("sideline/", pages.sideline, name="sideline"),
    path("panels/<slug:measure>/", pages.panel, name="panel"),
    path("silences/", pages.silences, name="silences"),
    path("step-aways/<int:pk>/", pages.report, name="stepaway"),
    path("step-aways/<int:pk>/report.<slug:form>", pages.keep, name="keep-stepaway"),
]
