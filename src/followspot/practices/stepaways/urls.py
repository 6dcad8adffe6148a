"""Addresses of a team's step-aways; the report is composed by the brief."""

from django.urls import path

from followspot.practices.stepaways import pages

urlpatterns = [
    path("step-aways/", pages.listed, name="stepaways"),
    path("step-aways/<int:pk>/withdraw/", pages.withdraw, name="withdraw-stepaway"),
]
