"""Mail comes in over SMTP to addresses of one's own: it becomes a barrier or a lesson, and an answer says so."""

import smtplib
import socket
import time
from contextlib import suppress
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from django.utils import timezone

from followspot.channels import mail_in, mail_text, receiver
from followspot.channels.models import Mailbox
from followspot.errors import BadInput, Refused
from followspot.objects.models import Comment
from followspot.practices.barriers.models import Barrier
from followspot.practices.lessons.models import Lesson

DOMAIN = "followspot.quay.example"


@pytest.fixture(autouse=True)
def domain(settings):
    settings.MAIL_DOMAIN, settings.SITE = DOMAIN, "https://quay.example"


def mail(subject="No keys for the night shift", body="Since Monday.", **headers):
    it = EmailMessage()
    it["From"], it["To"], it["Subject"] = "whoever@example.org", "x", subject
    for name, value in headers.items():
        it[name.replace("_", "-")] = value
    it.set_content(body)
    return it


def came(box, it, kind="barrier", sender="ben@example.org"):
    mail_in.receive(kind, box, sender, it.as_bytes(), now=timezone.now())


@pytest.fixture
def box(team, ben):
    return mail_in.make(ben.account, team, now=timezone.now())


QUOTED = """Nobody can open the gate.
It began on Monday.

On Mon, 23 Nov 2026 at 12:00, Ada <ada@example.org> wrote:
> How is it going?
"""


@pytest.mark.parametrize(
    ("body", "left"),
    [
        (QUOTED, "Nobody can open the gate.\nIt began on Monday."),
        ("The gate.\n> What?\nIt is shut.\n-- \nBen\nQuay Ltd", "The gate.\nIt is shut."),
        ("The gate.\n\n-----Original Message-----\nFrom: Ada", "The gate."),
        ("The gate.\n________________________________\nFrom: Ada", "The gate."),
        ("Das Tor.\n\nAm 23.11.2026 um 12:00 schrieb Ada:\n> Wie?", "Das Tor."),
    ],
)
def test_quotes_and_signatures_are_cut(body, left):
    assert mail_text.text_of(mail(body=body)) == left


def test_plain_is_preferred_and_html_is_read_without_its_marks():
    it = mail(body="Plain.")
    it.add_alternative("<p>Rich.</p>", subtype="html")
    assert mail_text.text_of(it) == "Plain."
    rich = EmailMessage()
    rich.set_content("<div>The gate<br>is <b>shut</b></div>", subtype="html")
    assert mail_text.text_of(rich) == "The gate\nis shut"


def test_an_attachment_is_seen_and_a_signature_or_a_picture_is_none():
    def attached(**how):
        it = mail(body="Plain.")
        it.add_attachment(b"x", **how)
        return mail_text.read(it.as_bytes(), "ben@example.org")

    pdf = {"maintype": "application", "subtype": "pdf", "filename": "x.pdf"}
    assert attached(**pdf).attached
    assert attached(**pdf, disposition="inline").attached
    assert not attached(maintype="application", subtype="pgp-signature", filename="x.asc").attached
    logo = attached(maintype="image", subtype="png", filename="logo.png", disposition="inline")
    assert (logo.attached, logo.text) == (False, "Plain.")


OUTLOOK = """<html><head><title>x</title><style><!-- p.MsoNormal {margin:0} --></style></head><body>
<div><p class="MsoNormal">Keys &amp; doors&nbsp;are
gone.<o:p></o:p></p><div>Since Monday.<br>Every day.</div></div>
<div>On Mon, 23 Nov 2026, Ada &lt;<a href="mailto:ada@example.org">ada@example.org</a>&gt; wrote:<br></div>
<blockquote><p>How is it going?</p></blockquote></body></html>"""


def test_a_page_is_read_as_it_is_shown():
    rich = EmailMessage()
    rich.set_content(OUTLOOK, subtype="html")
    assert mail_text.text_of(rich) == "Keys & doors are gone.\n\nSince Monday.\nEvery day."
    for odd in ("<" * 30_000, "<b>" * 30_000 + "x"):
        rich.set_content(odd, subtype="html")
        mail_text.text_of(rich)
    rich.set_content("<a" * 30_000, subtype="html")  # a mark that is never closed
    with pytest.raises(BadInput):
        mail_text.text_of(rich)


@pytest.mark.parametrize(
    "quoted",
    [
        "On Mon, 23 Nov 2026 at 12:00, Somebody With A Long Name <somebody@example.org>\nwrote:\n\n> x",
        "From: Ada\nSent: Monday\nTo: Ben\n\nHow is it going?",
        "Von: Ada\nGesendet: Montag\n\nWie geht es?",
    ],
)
def test_a_quote_that_begins_in_two_lines_is_cut_too(quoted):
    assert mail_text.text_of(mail(body=f"The gate.\n\n{quoted}")) == "The gate."


def nested(depth):
    parts = [f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(depth)]
    return f"Subject: x\n{''.join(parts)}Content-Type: text/plain\n\nhello\n".encode()


@pytest.mark.parametrize("broken", [b"", b"Subject: x\nContent-Type: text/plain; charset=nowhere\n\nx", b"Content-Type: multipart/mixed; boundary=x\n\n--x\n", b"Subject: =?utf-8?b?////?=\n\n\xff\xfe"])  # fmt: skip
def test_what_is_broken_is_read_or_refused(broken):
    with suppress(BadInput):
        mail_text.text_of(BytesParser(policy=default).parsebytes(broken))


@pytest.mark.parametrize(
    "broken",
    [
        nested(3000),
        b"Subject: x\nContent-Type: text/plain; " + b"(" * 5000 + b"\n\nx",
        b"Subject: " + b"=?utf-8?q?a?=\r\n " * 20_000 + b"\r\n\r\nx",
        b"Subject: x\rContent-Type: text/plain; " + b"a=b;\r " * 20_000 + b"\r\rx",
    ],
    ids=["nested", "brackets", "subject", "parts"],
)
def test_what_would_take_for_ever_or_too_deep_is_said_to_be_unreadable(broken):
    began = time.process_time()
    with pytest.raises(BadInput, match="can’t be read"):
        mail_text.read(broken, "ben@example.org")
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    ("sender", "headers"),
    [
        ("", {}),
        ("<>", {}),
        ("a@b.example", {"Auto_Submitted": "auto-replied"}),
        ("a@b.example", {"Precedence": "bulk"}),
        ("a@b.example", {"List_Id": "<all.quay.example>"}),
        ("a@b.example", {"X_Autoreply": "yes"}),
        ("MAILER-DAEMON@b.example", {}),
    ],
)
def test_what_a_machine_sends_is_neither_done_nor_answered(sender, headers):
    assert mail_text.is_automatic(sender, mail(**headers))
    assert not mail_text.is_automatic("ben@example.org", mail(Auto_Submitted="no"))


@pytest.mark.django_db
class TestWhatItSays:
    def test_the_subject_is_a_barrier_and_the_rest_a_comment(self, box, team, ben, mailoutbox):
        came(box, mail(subject="Re: AW: No keys for the night shift", body=QUOTED))
        it = Barrier.objects.get()
        assert (it.what, it.raiser) == ("No keys for the night shift", ben)
        assert Comment.objects.get().text == "Nobody can open the gate.\nIt began on Monday."
        [told] = mailoutbox
        assert told.to == [ben.account.email]  # never to whoever stands in From
        assert f"https://quay.example{it.get_absolute_url()}" in told.body
        assert told.extra_headers["Auto-Submitted"] == "auto-replied"

    def test_without_a_subject_the_first_line_is_taken(self, box):
        came(box, mail(subject="", body="No keys\nSince Monday"))
        assert Barrier.objects.get().what == "No keys"
        assert Comment.objects.get().text == "Since Monday"

    def test_a_lesson_says_what_happened_and_what_is_known(self, box, mailoutbox):
        came(box, mail(subject="It was sold twice", body="The lists look alike."), kind="lesson")
        assert (Lesson.objects.get().happened, Lesson.objects.get().known) == (
            "It was sold twice",
            "The lists look alike.",
        )

    @pytest.mark.parametrize(
        ("it", "says"),
        [
            (mail(subject="x" * 300), "Say it in 280 characters"),
            (mail(subject="", body=""), "What is in the way?"),
            (mail(subject="--unnamed The rota"), "Not without a name"),
            (mail(subject="Anonymous: the rota"), "Not without a name"),
            (mail(subject="", body="--unnamed The rota"), "Not without a name"),
            (mail(body="Please leave me out of it. (anonymous)"), "Not without a name"),
        ],
    )
    def test_a_refusal_is_answered_with_what_was_written(self, box, mailoutbox, it, says):
        came(box, it)
        assert says in mailoutbox[0].body
        assert str(it["Subject"])[:200] in mailoutbox[0].body
        assert not Barrier.objects.exists()

    def test_of_what_is_refused_for_its_attachment_the_words_come_back(self, box, mailoutbox):
        it = mail(body="Since Monday.")
        it.add_attachment(b"x", maintype="application", subtype="pdf", filename="x.pdf")
        came(box, it)
        assert "attachment" in mailoutbox[0].body
        assert "No keys for the night shift\n\nSince Monday." in mailoutbox[0].body

    @pytest.mark.parametrize("broken", [nested(3000), b"Content-Type: text/plain; charset=nowhere\n\nx"])
    def test_what_cannot_be_read_is_answered_once_and_for_all(self, box, mailoutbox, broken):
        mail_in.receive("barrier", box, "ben@example.org", broken, now=timezone.now())
        assert "can’t be read" in mailoutbox[0].body
        mail_in.receive("barrier", box, "<>", broken, now=timezone.now())
        assert len(mailoutbox) == 1

    def test_odd_signs_hold_nothing_up(self, box):
        odd = b"Subject: =?utf-8?b?Tm8Aa2V5cw==?=\nContent-Type: text/plain; charset=utf-7\n\nSince +2AA- Monday"
        mail_in.receive("barrier", box, "ben@example.org", odd, now=timezone.now())
        assert Barrier.objects.get().what == "Nokeys"
        assert Comment.objects.get().text == "Since  Monday"

    def test_an_answer_that_cannot_go_brings_nothing_twice(self, box, monkeypatch):
        def down(*_, **__):
            raise OSError("no mail server")

        monkeypatch.setattr("django.core.mail.EmailMessage.send", down)
        came(box, mail())
        assert Barrier.objects.count() == 1
        with pytest.raises(OSError, match="no mail server"):  # nothing was done: whoever sends it keeps it
            came(box, mail(subject="x" * 300))

    def test_whoever_left_the_team_is_told_no_name(self, box, team, ben, mailoutbox):
        team.memberships.filter(person=ben).delete()
        came(box, mail(subject="Chi sold it twice", body="The lists look alike."), kind="lesson")
        assert "Chi is named here" not in mailoutbox[0].body
        assert "tell a lesson here" in mailoutbox[0].body

    def test_whoever_left_the_team_raises_nothing_in_it(self, box, team, ben, mailoutbox):
        team.memberships.filter(person=ben).delete()
        came(box, mail())
        assert "Only the leader or the front line can raise a barrier here." in mailoutbox[0].body
        assert not Barrier.objects.exists()

    def test_a_day_brings_only_so_much(self, box):
        Mailbox.objects.update(taken_on=box.team.day(timezone.now()), taken=mail_in.A_DAY)
        with pytest.raises(Refused, match="Tomorrow"):
            came(box, mail())
        Mailbox.objects.update(taken_on=None)
        came(box, mail())
        assert Mailbox.objects.get().taken == 1

    def test_an_address_is_sealed_renewed_and_removed(self, box, team, ben):
        before = mail_in.addresses(box)[0]
        assert mail_in.opened(before.upper()) == ("barrier", box)
        assert before.split("+")[1].split("@")[0] not in box.sealed_word + box.word_hash
        again = mail_in.make(ben.account, team, now=timezone.now())
        assert mail_in.opened(before) is None
        [barrier, lesson] = mail_in.addresses(again)
        assert mail_in.opened(lesson)[0] == "lesson"
        mail_in.remove(again, now=timezone.now())
        assert mail_in.opened(barrier) is None

    def test_nobody_has_an_address_for_a_team_they_are_not_of(self, team, dee):
        with pytest.raises(Refused):
            mail_in.make(dee.account, team, now=timezone.now())


class Sink:
    """Another mail server: keeps what it is sent."""

    def __init__(self):
        self.got = []

    async def handle_DATA(self, server, session, envelope):
        self.got.append((envelope.rcpt_tos, BytesParser(policy=default).parsebytes(envelope.content)))
        return "250 OK"


@pytest.fixture
def free():
    def port():
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return probe.getsockname()[1]

    return port


@pytest.mark.django_db(transaction=True)
def test_from_door_to_board_to_answer_over_real_smtp(box, free, settings, client_of, ben):
    sink, port = Sink(), free()
    answers = Controller(sink, hostname="127.0.0.1", port=free())
    answers.start()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": answers.port},
        }
    }
    door = receiver.listen(f"127.0.0.1:{port}")
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as sender:
            sender.ehlo()
            for nobody in (f"barrier@{DOMAIN}", f"barrier+{'0' * 20}@{DOMAIN}", "ben@example.org"):
                sender.mail("ben@example.org")
                assert sender.rcpt(nobody)[0] == 550
                sender.rset()
            [to, lesson] = mail_in.addresses(box)
            sender.sendmail("ben@example.org", [to], mail().as_bytes())
            sender.mail("ben@example.org")
            assert [sender.rcpt(a)[0] for a in (to, lesson)] == [250, 452]
            sender.rset()
            with pytest.raises(smtplib.SMTPResponseException) as large:
                sender.sendmail("ben@example.org", [to], b"x" * (mail_in.LARGEST + 10_000))
            assert large.value.smtp_code == 552
        for _ in range(50):
            if sink.got:
                break
            time.sleep(0.1)
    finally:
        door.stop()
        answers.stop()
    assert "No keys for the night shift" in client_of(ben).get(f"/teams/{box.team.slug}/barriers/").text
    [(to, told)] = sink.got
    assert to == [ben.account.email]
    assert "https://quay.example/teams/quay/barriers/" in told.get_content()


@pytest.mark.django_db(transaction=True)
def test_lmtp_is_spoken_too(box, free, mailoutbox):
    port = free()
    door = receiver.listen(f"lmtp://127.0.0.1:{port}")
    try:
        with smtplib.LMTP("127.0.0.1", port, timeout=10) as sender:
            sender.sendmail("ben@example.org", [mail_in.addresses(box)[0]], mail().as_bytes())
    finally:
        door.stop()
    assert Barrier.objects.count() == 1
