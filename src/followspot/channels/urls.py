"""Addresses of the channels."""

from django.urls import path

from followspot.channels import calendar, chat_pages, pages, reach_pages

urlpatterns = [
    path("account/calendar/", calendar.make, name="make-calendar"),
    path("calendar/<str:secret>.ics", calendar.feed, name="calendar"),
    path("account/webhooks/", pages.listed, name="webhooks"),
    path("account/webhooks/new/", pages.make, name="new-webhook"),
    path("account/webhooks/<int:pk>/", pages.one, name="my-webhook"),
    path("account/webhooks/<int:pk>/<slug:verb>/", pages.act, name="move-webhook"),
    path("account/channels/", reach_pages.reach, name="reach"),
    path("account/channels/<slug:verb>/", reach_pages.act, name="change-reach"),
    path("account/chats/<str:signed>/", chat_pages.link, name="link-chat"),
    path("chats/", chat_pages.listed, name="chats"),
    path("chats/new/", chat_pages.connect, name="connect-chat"),
    path("chats/<int:pk>/remove/", chat_pages.remove, name="remove-chat"),
    path("channels/slack/commands", chat_pages.slack_command, name="heard-slack-command"),
    path("channels/slack/actions", chat_pages.slack_action, name="heard-slack-action"),
    path("channels/teams", chat_pages.teams_message, name="heard-teams"),
    path("teams/<slug:slug>/channel/", reach_pages.team_channel, name="team-channel"),
    path(
        "teams/<slug:slug>/channel/<int:pk>/<slug:verb>/",
        reach_pages.move_team_channel,
        name="move-team-channel",
    ),
]
