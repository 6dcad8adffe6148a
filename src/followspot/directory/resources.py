"""The two kinds of things that a directory sends, with those of their attributes that mean something here."""

from typing import Annotated, Any

from pydantic import EmailStr, Field, StringConstraints
from scim2_models import (
    URN,
    AuthenticationScheme,
    Bulk,
    CaseExact,
    ChangePassword,
    ComplexAttribute,
    ETag,
    Filter,
    Mutability,
    Patch,
    Reference,
    Required,
    Resource,
    ScimPolicy,
    ScimProvider,
    ServiceProviderConfig,
    Sort,
    Uniqueness,
)

MOST = 200  # of a list in one answer

_Words = Annotated[str, StringConstraints(max_length=200)]


class Name(ComplexAttribute):
    """How somebody is called, in parts."""

    formatted: _Words | None = None
    given_name: _Words | None = None
    family_name: _Words | None = None


class Email(ComplexAttribute):
    """A mail address."""

    value: Annotated[EmailStr | None, Required.true] = None
    type: _Words | None = None
    primary: bool | None = None


class Membership(ComplexAttribute):
    """A team that somebody is of."""

    value: Annotated[str | None, Mutability.read_only, CaseExact.true] = None
    ref: Annotated[Reference["Group"] | None, Mutability.read_only] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )
    display: Annotated[str | None, Mutability.read_only] = None


class User(Resource[Any]):
    """Somebody with an account. One without a mail address could neither be invited nor told anything."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:User")

    external_id: Annotated[_Words | None, CaseExact.true] = None
    user_name: Annotated[
        Annotated[str, StringConstraints(max_length=254, min_length=1)] | None,
        Uniqueness.server,
        Required.true,
    ] = None
    name: Name | None = None
    display_name: _Words | None = None
    active: Annotated[bool | None, Required.true] = None
    emails: Annotated[list[Email] | None, Required.true] = None
    groups: Annotated[list[Membership] | None, Mutability.read_only] = None


class Member(ComplexAttribute):
    """Somebody of a team."""

    value: Annotated[str | None, Mutability.immutable, CaseExact.true] = None
    ref: Annotated[Reference["User"] | None, Mutability.immutable] = Field(
        None, serialization_alias="$ref", validation_alias="$ref"
    )


class Group(Resource[Any]):
    """A team."""

    __schema__ = URN("urn:ietf:params:scim:schemas:core:2.0:Group")

    external_id: Annotated[_Words | None, CaseExact.true] = None
    display_name: Annotated[
        Annotated[str, StringConstraints(max_length=120, min_length=1)] | None, Required.true
    ] = None
    members: list[Member] | None = None


CONFIG = ServiceProviderConfig(
    patch=Patch(supported=True),
    bulk=Bulk(supported=False, max_operations=0, max_payload_size=0),
    filter=Filter(supported=True, max_results=MOST),
    change_password=ChangePassword(supported=False),
    sort=Sort(supported=True),
    etag=ETag(supported=False),
    authentication_schemes=[
        AuthenticationScheme(
            type=AuthenticationScheme.Type.oauthbearertoken,
            name="Token",
            description="A token that an admin made for the organisation’s directory.",
            primary=True,
        )
    ],
)

# What has no meaning here is not kept; and directories remove members, and fill in addresses, in ways of their own.
POLICY = ScimPolicy(
    unknown=ScimPolicy.Unknown.ignore,
    remove_value_as_filter=ScimPolicy.RemoveValue.apply,
    unmatched_path_filter=ScimPolicy.UnmatchedPathFilter.create,
)
PROVIDER = ScimProvider(models=[User, Group], config=CONFIG, policy=POLICY)
