"""Addresses of the channels."""

from django.urls import path

from followspot.channels import calendar, pages

urlpatterns = [
    path("account/calendar/", calendar.make, name="make-calendar"),
    path("calendar/<str:secret>.ics", calendar.feed, name="calendar"),
    path("account/webhooks/", pages.listed, name="webhooks"),
    path("account/webhooks/new/", pages.make, name="new-webhook"),
    path("account/webhooks/<int:pk>/", pages.one, name="my-webhook"),
    path("account/webhooks/<int:pk>/<slug:verb>/", pages.act, name="move-webhook"),
]
