"""Mail reaches a real server as plain text; what cannot be sent is a sentence; nobody adds a header."""

import pytest

from procurement.adapters.mail import OutboxMailer, SmtpMailer
from procurement.rules.ports import MailFailed
from tests.parts.smtp import Catcher


def test_a_message_arrives_as_it_was_written(smtp: Catcher) -> None:
    mailer = SmtpMailer(smtp.url, "Thousand Trades <no-reply@trades.example>")
    body = "Dear Zoë,\n\n" + "x" * 72 + "\n.\nŁódź برمنگھم\n"
    for _ in range(2):
        mailer.send("zoe@firm.example", "BCC-1: empfangen – été", body, "submitted-7-1")
    mailer.send("zoe@firm.example", "BCC-1", body, "submitted-7-2")
    first, again, other = smtp.postbox.messages
    assert (first["To"], first["From"], first["Subject"]) == (
        "zoe@firm.example",
        "Thousand Trades <no-reply@trades.example>",
        "BCC-1: empfangen – été",
    )
    assert first.get_content().replace("\r\n", "\n") == body
    assert (first.get_content_type(), list(first.iter_attachments())) == ("text/plain", [])
    assert first["Message-ID"] == again["Message-ID"] != other["Message-ID"]


def test_an_answer_goes_where_somebody_reads_it(smtp: Catcher) -> None:
    mailer = SmtpMailer(smtp.url, "no-reply@trades.example")
    for reply_to in ("help@trades.example", "", "nobody", "a@b\nBcc: c@d.example"):
        mailer.send("zoe@firm.example", "BCC-1", "Dear Zoë", f"key {reply_to!r}", reply_to)
    assert [each["Reply-To"] for each in smtp.postbox.messages] == ["help@trades.example", None, None, None]


@pytest.mark.parametrize(
    "to", ["a@b.example\nBcc: x@y.example", "a@b.example, c@d.example", "<a@b.example>", "a", "", "a@", "@b"]
)
def test_an_address_that_is_more_or_less_than_one_is_refused(smtp: Catcher, to: str) -> None:
    for mailer in (SmtpMailer(smtp.url, "no-reply@trades.example"), OutboxMailer("no-reply@trades.example")):
        with pytest.raises(MailFailed):
            mailer.send(to, "subject", "text", "key")
    assert smtp.postbox.messages == []


def test_a_subject_with_a_line_break_is_refused(smtp: Catcher) -> None:
    with pytest.raises(MailFailed, match="line break"):
        SmtpMailer(smtp.url, "no-reply@trades.example").send("a@b.example", "x\r\nBcc: c@d.example", "text", "key")
    assert smtp.postbox.messages == []


def test_what_the_server_refuses_or_cannot_be_asked_is_a_sentence(smtp: Catcher) -> None:
    smtp.postbox.refused.add("gone@firm.example")
    with pytest.raises(MailFailed, match=r"^The mail server does not accept this recipient\.$"):
        SmtpMailer(smtp.url, "no-reply@trades.example").send("gone@firm.example", "x", "y", "key")
    with pytest.raises(MailFailed, match=r"^The mail server could not be reached \(ConnectionRefusedError\)\.$"):
        SmtpMailer("smtp://127.0.0.1:1", "no-reply@trades.example").send("a@b.example", "x", "y", "key")


@pytest.mark.parametrize("url", ["", "http://mail.example", "smtp://", "mail.example:25"])
def test_a_setting_that_is_no_mail_server_is_refused_at_once(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL_URL must look like"):
        SmtpMailer(url, "no-reply@trades.example")
