"""Messages go to chats and push alone: no file is read, no command run, and nothing within the server's own network asked."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from followspot import seals
from followspot.channels import ways
from followspot.channels.models import ChatIdentity, Mailbox, Outlet, Reach, TeamOutlet
from followspot.errors import BadInput
from tests.channels.test_slack import WORD, chat  # noqa: F401
from tests.channels.test_webhooks import receiver  # noqa: F401


def gotify(it):
    return it.address.replace("http://", "gotify://").removesuffix("/told") + "/AbCdEfGhIjKlMnO"


@pytest.mark.parametrize(
    "address",
    [
        "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
        "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ",
        "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
        "tgram://123456789:abcdefg_hijklmnop/12315544/",
        "pover://435jdj3k78435jdj3k78435jdj3k78@435jdj3k78435jdj3k78435jdj3k78",
    ],
)
def test_known_services_are_taken(address):
    assert ways.check(address) in ways.KINDS.values()


@pytest.mark.parametrize(
    "address",
    [
        "", "nonsense", "json://example.org/", "xml://example.org", "form://example.org", "syslog://", "dbus://", "macosx://",
        "windows://", "mailto://a:b@example.org", "file:///etc/passwd", "https://example.org/", "http://example.org/", "slack://x",
        "smtp://example.org", "ssh://example.org", "rsyslog://example.org", "mqtt://example.org/topic", "gotify://", "include://x",
    ],
)  # fmt: skip
def test_everything_else_is_refused(address):
    with pytest.raises(BadInput, match="Address: "):
        ways.check(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "169.254.169.254", "10.0.0.1"])
def test_the_servers_own_network_is_refused(host):
    with pytest.raises(BadInput, match="own network"):
        ways.check(f"gotify://{host}/AbCdEfGhIjKlMnO")


def test_no_file_becomes_a_template(tmp_path):
    secret = tmp_path / "secret.json"
    secret.write_text('{"text": "the secret"}')
    it = ways._service(f"discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js?template={secret}")
    assert it.asset.allow_templates is False


pytestmark = pytest.mark.django_db


def outlet(account, address):
    return Outlet.objects.create(
        account=account,
        kind="Gotify",
        name="Phone",
        sealed_address=seals.seal(address),
        made_at=timezone.now(),
    )


def test_a_message_gets_through(receiver, ben):  # noqa: F811
    it = outlet(ben.account, gotify(receiver))
    assert ways.send(it, "Quay: danger", "Payments fail")
    [(_, body)] = receiver.got
    assert json.loads(body)["title"] == "Quay: danger"
    assert json.loads(body)["message"] == "Payments fail"


def test_what_people_wrote_calls_no_room_and_breaks_no_mark(receiver, ben):  # noqa: F811
    it = outlet(ben.account, gotify(receiver))
    assert ways.send(it, "Quay", "No <keys>, @everyone <!channel> @**all** @Chi ben@allied.example")
    said = json.loads(receiver.got[0][1])["message"]
    assert said == "No ‹keys›, @\u200beveryone ‹!channel› @\u200b**all** @Chi ben@allied.example"


def test_a_program_that_breaks_is_told_of_without_the_address(ben, monkeypatch, capsys):
    it = outlet(ben.account, "ntfys://ntfy.sh/the-secret-topic")

    def broken(address):
        raise TypeError(address)

    monkeypatch.setattr(ways, "_service", broken)
    assert not ways.send(it, "x", "y")
    assert "couldn’t be asked" in it.answer
    assert "the-secret-topic" not in capsys.readouterr().out
    it.answer = ""
    Outlet.objects.all().delete()  # removed while a message was on its way
    assert not ways.send(it, "x", "y")


def test_a_name_that_leads_inside_later_is_not_followed(receiver, ben, monkeypatch):  # noqa: F811
    it = outlet(ben.account, gotify(receiver))
    monkeypatch.delenv("FOLLOWSPOT_INTERNAL_HOSTS")
    assert not ways.send(it, "x", "y")
    assert receiver.got == []
    assert "Is the address still right?" in it.answer


def test_a_redirect_is_not_followed_inside(receiver, ben):  # noqa: F811
    receiver.answers = [302]  # to 10.0.0.1
    assert not ways.send(outlet(ben.account, gotify(receiver)), "x", "y")


def test_what_the_secret_no_longer_opens_is_said(ben):
    it = Outlet.objects.create(
        account=ben.account, kind="ntfy", name="Phone", sealed_address="x", made_at=timezone.now()
    )
    assert not ways.send(it, "x", "y")
    assert "secret of this installation" in it.answer


def act(client, verb, **said):
    return client.post(reverse("change-reach", args=[verb]), said)


def test_the_page_chooses_and_tests(client_of, receiver, team, ben):  # noqa: F811
    client, page = client_of(ben), reverse("reach")
    said = {
        "rhythm": "daily",
        "hour": "8",
        "quiet_from": "20",
        "quiet_until": "7",
        "by_mail": "on",
        "danger": "on",
    }
    assert client.post(page, said).status_code == 302
    kept = Reach.objects.get()
    assert (kept.account, kept.rhythm, kept.hour, kept.by_mail) == (ben.account, "daily", 8, True)
    answer = client.post(page, said | {"hour": "23"})
    assert answer.status_code == 422
    assert "lies in your quiet" in answer.text
    assert act(client, "add", name="Phone", address=gotify(receiver)).status_code == 302
    it = Outlet.objects.get()
    act(client, "test", pk=it.pk)
    assert "The test got through" in client.get(page).text
    receiver.answers = [500]
    act(client, "test", pk=it.pk)
    assert "didn’t get through" in client.get(page).text
    assert receiver.address.split(":")[-1].removesuffix("/told") not in client.get(page).text  # under seal
    act(client, "remove", pk=it.pk)
    assert not Outlet.objects.exists()
    assert act(client, "dance").status_code == 404


def test_a_refused_address_keeps_what_was_typed(client_of, team, ben):
    answer = act(client_of(ben), "add", name="Phone", address="gotify://10.0.0.1/AbCdEfGhIjKlMnO")
    assert answer.status_code == 422
    assert "own network" in answer.text
    assert 'value="gotify://10.0.0.1/AbCdEfGhIjKlMnO"' in answer.text


def test_others_channels_and_names_are_out_of_reach(client_of, receiver, chat, team, ben, chi):  # noqa: F811
    from followspot.channels import chats

    it = outlet(ben.account, gotify(receiver))
    who = chats.say_who(chat, WORD, ben.account, now=timezone.now())
    for verb, pk in (("test", it.pk), ("remove", it.pk), ("unlink", who.pk), ("no-mail", 1)):
        assert act(client_of(chi), verb, pk=pk).status_code == 404
    assert "ben" in client_of(ben).get(reverse("reach")).text
    assert act(client_of(ben), "unlink", pk=who.pk).status_code == 302
    assert not ChatIdentity.objects.exists()


def test_addresses_for_mail_are_made_renewed_and_removed(client_of, team, ben, dee, settings):
    assert act(client_of(ben), "mail", pk=team.pk).status_code == 409
    settings.MAIL_IN, settings.MAIL_DOMAIN = "127.0.0.1:2525", "in.quay.example"
    assert act(client_of(dee), "mail", pk=team.pk).status_code == 409
    seen = []
    for _ in range(2):
        act(client_of(ben), "mail", pk=team.pk)
        text = client_of(ben).get(reverse("reach")).text
        seen.append(text.split("mailto:")[1].split('"')[0])
    assert seen[0] != seen[1]
    assert seen[0].endswith("@in.quay.example")
    act(client_of(ben), "no-mail", pk=Mailbox.objects.get().pk)
    assert not Mailbox.objects.exists()


def test_a_team_has_a_channel_as_its_leader_wants(client_of, receiver, team, ada, ben):  # noqa: F811
    page = reverse("team-channel", args=[team.slug])
    said = {"name": "#quay", "address": gotify(receiver), "of": ["applause", "dangers"]}
    assert client_of(ben).post(page, said).status_code == 409
    assert client_of(ada).post(page, said | {"of": []}).status_code == 422
    assert client_of(ada).post(page, said | {"address": "syslog://"}).status_code == 422
    assert client_of(ada).post(page, said).status_code == 302
    it = TeamOutlet.objects.get()
    assert (it.applause, it.lessons, it.dangers, it.barriers) == (True, False, True, False)
    for verb, status in (("test", 302), ("dance", 404), ("remove", 302)):
        url = reverse("move-team-channel", args=[team.slug, it.pk, verb])
        assert client_of(ben).post(url).status_code == 409
        assert client_of(ada).post(url).status_code == status
    assert len(receiver.got) == 1
    assert not TeamOutlet.objects.exists()
