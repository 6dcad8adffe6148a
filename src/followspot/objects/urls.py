"""Addresses that all objects share."""

from django.urls import path

from followspot.objects import pages

urlpatterns = [
    path("comments/", pages.comment, name="comment"),
    path("comments/<int:pk>/withdraw/", pages.withdraw_comment, name="withdraw-comment"),
    path("search/", pages.search, name="search"),
]
