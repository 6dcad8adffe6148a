"""The address of rating; the mirror itself is composed by the brief."""

from django.urls import path

from followspot.practices.mirror import pages

urlpatterns = [
    path("mirror/rate/", pages.rate, name="rate-mirror"),
]
