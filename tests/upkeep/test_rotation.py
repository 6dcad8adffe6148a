"""A new secret: all that was sealed, signed or hashed with the one before goes on as if nothing had been."""

import os
import re
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.apps import apps
from django.conf import settings as live
from django.db import models
from django.urls import reverse
from django.utils import timezone
from typer.testing import CliRunner

from followspot import seals, secret
from followspot.channels import chats
from followspot.channels.models import Chat, Heard, Mailbox, Outlet, TeamOutlet, Webhook
from followspot.cli import app
from followspot.errors import Refused
from followspot.evidence import erased, lasting
from followspot.evidence.models import LastingWord, Source
from followspot.objects import ballots
from followspot.practices.pulse import actions as pulse
from followspot.roles import LEADER
from followspot.teams import actions, tokens
from followspot.teams.models import Account, Person
from followspot.upkeep import health, rotation
from tests.web.programs import Program

pytestmark = pytest.mark.django_db
SAID = "opens something ø"


@pytest.fixture(autouse=True)
def house(settings, tmp_path):
    """A data folder of its own, and a program that was started with its secret."""
    settings.DATA, settings.KEYS = tmp_path / "data", tmp_path / "keys"
    settings.DATA.mkdir()
    started()
    yield
    lasting._known.clear()


def started():
    """Start the program anew, as far as the secret goes."""
    live.SECRET_KEY, *live.SECRET_KEY_FALLBACKS = secret.known(live.DATA)
    lasting._known.clear()


def columns():
    return [
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, seals.SealedField)
    ]


@pytest.fixture
def sealed(team, ada, now):
    """One of everything that has something under seal."""
    chat = Chat.objects.create(service="slack", name="Quay", sealed_secret=seals.seal(SAID), made_at=now)
    Heard.objects.create(chat=chat, signature_hash="1", sealed_said=seals.seal(SAID), at=now)
    Heard.objects.create(chat=chat, signature_hash="2", at=now)  # answered: nothing is left of it
    one = {"sealed_address": seals.seal(SAID), "made_at": now}
    Outlet.objects.create(account=ada.account, **one)
    TeamOutlet.objects.create(team=team, told_until=now, **one)
    Mailbox.objects.create(
        account=ada.account, team=team, word_hash="1", sealed_word=seals.seal(SAID), made_at=now
    )
    Webhook.objects.create(
        account=ada.account, team=team, sealed_secret=seals.seal(SAID), seen=0, made_at=now
    )
    Source.objects.create(
        team=team, connector="github", token=seals.seal(SAID), hook="h", hook_secret=seals.seal(SAID)
    )
    LastingWord.objects.create(pk=1, sealed=seals.seal(SAID))


def kept():
    return {
        (model, name): {row for row in model.objects.values_list(name, flat=True) if row}
        for model, name in columns()
    }


def test_every_column_under_seal_is_sealed_anew(sealed):
    before = kept()
    assert all(before.values()), "the fixture has one of each"
    found = rotation.renew()
    assert (found.count, found.lost) == (len(columns()), [])
    secret.forget(live.DATA)
    for column, rows in kept().items():
        assert {seals.opened(row) for row in rows} == {SAID}, column
        assert not rows & before[column]


def test_whatever_is_kept_sealed_is_a_column_of_that_kind():
    named = {
        (model, field.name)
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, models.TextField) and re.search(r"sealed|secret|token", field.name)
        if model._meta.app_label != "socialaccount"  # of other services; nothing is stored there
    }
    assert named <= set(columns())


def test_it_is_all_or_nothing_and_can_be_done_again(sealed, monkeypatch):
    before, calls = kept(), []

    def killed(text):
        calls.append(text)
        if len(calls) > 4:
            raise KeyboardInterrupt
        return turned(text)

    turned = seals.anew
    with monkeypatch.context() as patch:
        patch.setattr(seals, "anew", killed)
        with pytest.raises(KeyboardInterrupt):
            rotation.renew()
    assert kept() == before
    assert all(seals.opened(row) == SAID for rows in kept().values() for row in rows)
    assert rotation.anew().count == rotation.anew().count == len(columns())
    secret.forget(live.DATA)
    assert all(seals.opened(row) == SAID for rows in kept().values() for row in rows)


def test_a_server_that_runs_on_opens_what_was_sealed_anew_meanwhile(sealed):
    rotation.renew()  # in another process: here the secret of Django is still the one before
    assert seals.opened(Chat.objects.get().sealed_secret) == SAID
    Chat.objects.update(sealed_secret=seals.seal(SAID))
    rotation.forget()
    assert seals.opened(Chat.objects.get().sealed_secret) == SAID


def test_a_second_step_is_sealed_and_goes_on(ada):
    TOTP.activate(ada.account, "JBSWY3DPEHPK3PXP")
    codes = RecoveryCodes.activate(ada.account).generate_codes()
    assert "JBSWY3DPEHPK3PXP" not in str(list(Authenticator.objects.values_list("data", flat=True)))
    assert rotation.renew().count == 2
    secret.forget(live.DATA)
    app_, recovery = (Authenticator.objects.get(type=t) for t in ("totp", "recovery_codes"))
    assert seals.opened(app_.data["secret"]) == "JBSWY3DPEHPK3PXP"
    assert RecoveryCodes(recovery).generate_codes() == codes
    assert recovery.data["used_mask"] == 0


@pytest.fixture
def wave(team, ada, now):
    """An open wave of a team that is large enough to hide somebody."""
    for n in range(4):
        account = Account.objects.create_user(f"crew{n}@example.org", "a long enough password")
        actions.join(team, Person.objects.create(name=f"Crew {n}", account=account), on=date(2020, 1, 1))
    return pulse.open_wave(team, by=ada, roles=frozenset({LEADER}), now=now, days=4)


def test_an_open_wave_goes_on_with_its_ballots_and_links(wave, ben):
    box = ballots.put(wave.key_name, bytes(wave.box), ben.pk, {"energy": 4}, "")
    word = ballots.word_for(wave.key_name, ben.pk)
    assert rotation.renew().lost == []
    rotation.forget()
    assert ballots.of(wave.key_name, box, ben.pk).answers == {"energy": 4}
    assert ballots.whose(wave.key_name, word) == ben.pk


def test_a_name_that_was_erased_does_not_come_back():
    erased.hide("erased-1", written=["Ben Oki <ben@quay.port>"], mails=[], names=["Ben Oki"])
    rotation.renew()
    rotation.forget()
    started()
    assert erased.veil().identity("Ben Oki <ben@quay.port>") == "erased-1"
    assert erased.veil().identity("Chi Ito <chi@quay.port>") == "Chi Ito <chi@quay.port>"


def test_what_was_told_without_a_name_is_still_known_to_its_browser(team, wave, ben, client_of):
    browser = client_of(ben)
    browser.post(reverse("barriers", args=[team.slug]), {"what": "The crane", "unnamed": "on"})
    mine = reverse("my-data")
    assert "The crane" in browser.get(mine).text
    rotation.renew()
    rotation.forget()
    started()
    browser.force_login(ben.account)
    assert "The crane" in browser.get(mine).text


def test_nobody_is_signed_out_until_the_one_before_is_forgotten(ada, client_of):
    browser, home = client_of(ada), reverse("profile")
    rotation.renew()
    started()
    assert browser.get(home).status_code == 200
    rotation.forget()
    started()
    assert browser.get(home).status_code == 200, "its session was renewed with the new secret meanwhile"


def test_a_session_that_slept_meanwhile_ends_when_the_one_before_is_forgotten(ada, client_of):
    browser = client_of(ada)
    rotation.renew()
    rotation.forget()
    started()
    assert browser.get(reverse("profile")).status_code == 302


def test_a_link_from_a_chat_goes_on_until_then(sealed):
    heard = Heard.objects.get(signature_hash="1")
    heard.sealed_said = seals.seal(
        '{"text": "help", "workspace": "W", "workspace_name": "Quay", "member": "U", "name": "Ben"}'
    )
    heard.save()
    word = chats.link(heard).rstrip("/").rpartition("/")[2]
    rotation.renew()
    started()
    assert chats.linked(word) == heard
    rotation.forget()
    started()
    with pytest.raises(Refused, match="ended"):
        chats.linked(word)


def test_a_token_asks_no_secret(ben):
    _, word = tokens.make(ben.account, name="Rota", scopes=["read"], by=None, now=timezone.now(), days=365)
    rotation.renew()
    rotation.forget()
    started()
    assert Program(word).get("/me").status_code == 200


def test_what_no_secret_opens_is_told_and_left_as_it_is(sealed):
    before = kept()
    (live.DATA / "secret").unlink()
    found = rotation.renew()
    assert found.count == 0
    assert "source" in " ".join(found.lost)
    assert kept() == before
    told = [f for f in health.findings(now=timezone.now()) if "secret known here" in f.what]
    assert len(told) == len(columns())
    rotation.give_up()
    assert not LastingWord.objects.exists()
    assert lasting.word() == lasting.word()


def test_a_secret_that_is_given_is_changed_by_whoever_gives_it(sealed, monkeypatch):
    monkeypatch.setenv("FOLLOWSPOT_SECRET", "one")
    Chat.objects.update(sealed_secret=seals.seal(SAID))
    with pytest.raises(Refused, match="rotate --again"):
        rotation.renew()
    monkeypatch.setenv("FOLLOWSPOT_SECRET_BEFORE", "one")
    monkeypatch.setenv("FOLLOWSPOT_SECRET", "other")
    rotation.anew()
    monkeypatch.delenv("FOLLOWSPOT_SECRET_BEFORE")
    assert seals.opened(Chat.objects.get().sealed_secret) == SAID


def test_the_command(sealed):
    def said(*options):
        done = CliRunner().invoke(app, ["rotate", *options])
        assert done.exit_code == 0, done.output
        return " ".join(done.output.split())

    assert f"{len(columns())} things are sealed" in said()
    assert "followspot rotate --forget" in said()
    assert len(secret.known(live.DATA)) == 3
    said("--again"), said("--lost")
    assert "forgotten" in said("--forget")
    assert len(secret.known(live.DATA)) == 1
    assert CliRunner().invoke(app, ["rotate", "--again", "--forget"]).exit_code == 2
    assert os.listdir(live.DATA).count("secret") == 1
