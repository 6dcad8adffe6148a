"""Mail about teams, and whether it goes anywhere."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.http import HttpRequest
from django.template.loader import render_to_string

from followspot.language import say
from followspot.teams.models import Invitation, Person


def whether_mail_goes(request: HttpRequest) -> dict[str, object]:
    """Let every page say where mail goes on a host without a mail server."""
    return {"mail_goes": settings.MAIL_GOES, "sso": bool(settings.SIGN_ON.apps)}


def send_invitation(invitation: Invitation, link: str) -> bool:
    """Send an invitation to its address, plain and as HTML; False if it could not be sent."""
    context = {"invitation": invitation, "team": invitation.team, "by": invitation.invited_by, "link": link}
    by = invitation.invited_by or say("Somebody")
    subject = say("{inviter} invites you to {team}", inviter=str(by), team=invitation.team.name)
    mail = EmailMultiAlternatives(
        # A name could hold a line break, which a subject can't.
        " ".join(str(subject).split()),
        render_to_string("teams/mail/invitation.txt", context),
        to=[invitation.email],
    )
    mail.attach_alternative(render_to_string("teams/mail/invitation.html", context), "text/html")
    try:
        mail.send()
    except OSError:
        return False
    return True


def send_note(to: Person, subject: str, text: str) -> bool:
    """Send one person a plain mail; False where they have no address here, or it could not be sent."""
    if to.account is None or not settings.MAIL_GOES:
        return False
    try:
        EmailMultiAlternatives(" ".join(str(subject).split()), text, to=[to.account.email]).send()
    except (OSError, SMTPException):
        return False
    return True
