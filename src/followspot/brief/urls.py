"""Addresses of the Sideline, the report and what other pages embed."""

from django.urls import path

from followspot.brief import freedom, mirrored, pages, pulsed, stepaways

urlpatterns = [
    path("", pages.stage, name="stage"),
    path("panels/pace/<int:pk>/", pages.pace, name="pace"),
    path("sideline/", pages.sideline, name="sideline"),
    path("panels/signs/", pages.signs, name="signs"),
    path("panels/ready/", pages.ready, name="ready"),
    path("panels/freedom/", freedom.fit, name="freedom-fit"),
    path("panels/pulse-lines/", pulsed.lines, name="pulse-lines"),
    path("mirror/", mirrored.mirror, name="mirror"),
    path("mirror/share/<slug:verb>/", mirrored.share, name="share-measure"),
    path("panels/mirror/", mirrored.marks, name="mirror-marks"),
    path("panels/<slug:measure>/", pages.panel, name="panel"),
    path("silences/", stepaways.silences, name="silences"),
    path("step-aways/plan/", stepaways.planned, name="plan-stepaway"),
    path("step-aways/showing/", stepaways.showing, name="stepaway-showing"),
    path("step-aways/<int:pk>/", stepaways.one, name="stepaway"),
    path("panels/needing/<int:pk>/", stepaways.needing, name="stepaway-needing"),
    path("step-aways/<int:pk>/report.<slug:form>", stepaways.keep, name="keep-stepaway"),
]
