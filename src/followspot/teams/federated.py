"""The way back from an organisation that speaks SAML: what can't be read is answered like what isn't believed."""

from typing import Any

from allauth.socialaccount.helpers import render_authentication_error
from allauth.socialaccount.providers.saml import views
from django.http import HttpRequest, HttpResponse
from lxml.etree import LxmlError


def come_back(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Finish signing in with what the organisation said."""
    try:
        came: HttpResponse = views.finish_acs(request, organization_slug=organization_slug)
        return came
    except LxmlError:
        provider: Any = views.SAMLViewMixin()
        provider.request = request
        refused: HttpResponse = render_authentication_error(request, provider.get_provider(organization_slug))
        return refused
