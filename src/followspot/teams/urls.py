"""Addresses of a team itself."""

from django.urls import path

from followspot.teams import days_off, invitations, pages, particulars, people

urlpatterns = [
    path("lead/", pages.lead, name="lead"),
    path("people/", people.people, name="people"),
    path("people/invite/", invitations.invite, name="invite"),
    path("people/invitations/<int:pk>/withdraw/", people.withdraw_invitation, name="withdraw-invitation"),
    path("people/hand-over/", people.hand_over, name="hand-over"),
    path("people/leave/", people.leave, name="leave-team"),
    path("settings/", particulars.settings, name="team-settings"),
    path("as/", pages.act_as, name="act-as"),
    path("days-off/", days_off.days_off, name="days-off"),
]
