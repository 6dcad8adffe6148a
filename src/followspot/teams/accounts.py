"""How Followspot wants allauth to behave: who may make an account, and in which words it speaks."""

from contextlib import suppress
from io import BytesIO
from typing import Any, ClassVar

import qrcode
import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from qrcode.image.svg import SvgPathFillImage

from followspot import seals
from followspot.errors import Refused, in_short
from followspot.language import say
from followspot.teams.models import Account, Invitation

log = structlog.get_logger()


def invited(request: HttpRequest) -> Invitation | None:
    """Return the invitation with which somebody came, while it is open."""
    brought = request.session.get("invitation")
    return Invitation.objects.open(timezone.now()).filter(pk=brought).first() if brought else None


class Accounts(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, str]] = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": say("This account is closed. Ask who runs this server."),
        "cannot_remove_primary_email": say(
            "This is the address you sign in with. Make another one the main one first."
        ),
        "duplicate_email": say("This address is on your account already."),
        "email_password_mismatch": (
            say(
                "That address and password don’t go together. Both are as they were typed: look for a capital, or a space at the end."
            )
        ),
        "email_taken": say("Somebody has an account with this address. Is it yours? Then sign in."),
        "enter_current_password": say("That isn’t your password as it is now."),
        "incorrect_code": say(
            "That code isn’t right. Codes change every half minute: take the one shown now."
        ),
        "incorrect_password": say("That isn’t your password. Look for a capital, or a space at the end."),
        "invalid_password_reset": say("This link has been used, or is too old. Ask for a new one."),
        "max_email_addresses": "An account has %d addresses at most. Remove one first.",
        "too_many_login_attempts": say("Too many tries. Wait five minutes, then try again."),
        "unverified_primary_email": say(
            "Confirm this address first: the link is in the mail that was sent to it."
        ),
        "rate_limited": say("That was too often in a short time. Wait a minute, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return invited(request) is not None

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("profile")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as error:
            log.warning("mail did not go out", mail=template_prefix, error=in_short(error))
            raise Refused(
                say(
                    "The mail could not be sent, so nothing was changed by it. Try again in a while, or ask who runs this server."
                )
            ) from None

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """Tell of a change to an account; the change itself stands, whether or not the mail goes out."""
        with suppress(Refused):
            super().send_notification_mail(*args, **kwargs)


class SecondFactor(DefaultMFAAdapter):
    error_messages: ClassVar[dict[str, str]] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": say("First take away the second step, then add the address."),
        "cannot_delete_authenticator": say("This can’t be taken away now."),
        "cannot_generate_recovery_codes": say("Recovery codes come with a second step. Set one up first."),
        "incorrect_code": say(
            "That code isn’t right. Codes change every half minute: take the one shown now."
        ),
        "unverified_email": say(
            "Confirm your mail address first: the link is in the mail that was sent to it."
        ),
    }

    def encrypt(self, text: str) -> str:
        return seals.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return seals.opened(encrypted_text)

    def generate_authenticator_name(self, user: Account, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return str(say("My passkey") if count == 0 else say("My passkey {n}", n=count + 1))

    def build_totp_svg(self, url: str) -> str:
        """Draw the code on a ground of its own: a camera reads no black on the dark theme's sheet."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathFillImage).save(drawn)
        return drawn.getvalue().decode()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {**super().get_public_key_credential_rp_entity(), "name": "Followspot"}


class Elsewhere(DefaultSocialAccountAdapter):
    """The organisation's own sign-in; whoever comes from there is invited as everybody else is."""

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> Account:
        account: Account = super().populate_user(request, sociallogin, data)
        both = f"{data.get('first_name') or ''} {data.get('last_name') or ''}".strip()
        account.name = (data.get("name") or both)[:200]
        return account
