"""Addresses of what is promised, of one's own data, and of the installation's record."""

from django.urls import path

from followspot.privacy import pages

urlpatterns = [
    path("privacy/", pages.promise, name="privacy"),
    path("privacy/how-long/", pages.how_long, name="how-long"),
    path("privacy/record/", pages.the_record, name="record"),
    path("privacy/record/as/<slug:form>/", pages.record_file, name="record-file"),
    path("privacy/rights/", pages.rights, name="rights-changes"),
    path("privacy/erased/", pages.erased, name="erased"),
    path("account/data/", pages.my_data, name="my-data"),
    path("account/data/copy/", pages.my_copy, name="my-copy"),
    path("account/data/erase/", pages.erase_me, name="erase-me"),
    path("teams/<slug:slug>/who-looked/", pages.who_looked, name="who-looked"),
]
