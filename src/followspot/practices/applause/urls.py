"""Addresses of applause and of clients' words."""

from django.urls import path

from followspot.practices.applause import pages
from followspot.practices.applause.pages import table

urlpatterns = [
    path("applause/", pages.listed, name="applauses"),
    path("applause/give/", pages.give, name="applaud"),
    path("applause/<int:pk>/", pages.one, name="applause"),
    path("applause/<int:pk>/<slug:verb>/", pages.act, name="move-applause"),
    path("words/bring/", pages.bring, name="bring-words"),
    path("words/table/", table.bring_table, name="bring-table"),
    path("words/<int:pk>/", pages.words, name="client-words"),
    path("words/<int:pk>/withdraw/", pages.withdraw_words, name="withdraw-words"),
]
