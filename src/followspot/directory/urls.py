"""Addresses of SCIM 2.0."""

from django.urls import path

from followspot.directory import pages
from followspot.directory.pages import GROUPS, USERS

_ITSELF = ("ServiceProviderConfig", "ResourceTypes", "Schemas")

urlpatterns = [
    path("Users", pages.several, {"shelf": USERS}, name="scim-users"),
    path("Users/.search", pages.search, {"shelves": (USERS,)}, name="scim-search-users"),
    path("Users/<str:pk>", pages.one, {"shelf": USERS}, name="scim-user"),
    path("Groups", pages.several, {"shelf": GROUPS}, name="scim-groups"),
    path("Groups/.search", pages.search, {"shelves": (GROUPS,)}, name="scim-search-groups"),
    path("Groups/<str:pk>", pages.one, {"shelf": GROUPS}, name="scim-group"),
    *(path(what, pages.itself, {"what": what}, name=f"scim-{what}") for what in _ITSELF),
    *(
        path(f"{what}/<str:name>", pages.itself, {"what": what}, name=f"scim-{what}-one")
        for what in _ITSELF[1:]
    ),
    path(".search", pages.search, {"shelves": (USERS, GROUPS)}, name="scim-search"),
    path("<path:rest>", pages.nothing, name="scim-nothing"),
]
