"""Bounces, complaints and receipts: events about what we sent, believed only if they name it."""

import pytest

from app.channels.contract import DeliveryStatus, Event, EventType
from tests.channels.email.conftest import Read
from tests.channels.email.made import mail, part, parts

OURS = "<out-1@example.org>"
DAEMON = "MAILER-DAEMON@mx.example.fr"
RETURNED = f"From: contact@example.org\r\nTo: usager@example.fr\r\nMessage-ID: {OURS}\r\nSubject: Votre demande\r\n"


def bounce(*recipients: str, returned: str = RETURNED, kind: str = "text/rfc822-headers", **headers: str) -> bytes:
    groups = "Reporting-MTA: dns; mx.example.fr\r\n\r\n" + "\r\n".join(recipients)
    return parts(
        part("Votre message n'a pas pu être remis."),
        part(groups, content_type="message/delivery-status"),
        part(returned, content_type=kind),
        kind="report; report-type=delivery-status",
        **{"sender": DAEMON, **headers},
    )


def group(action: str, status: str, *, diagnostic: str = "smtp; 550 User unknown") -> str:
    return (
        f"Final-Recipient: rfc822; usager@example.fr\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: {diagnostic}\r\n"
    )


def facts(event: Event) -> dict[str, object]:
    found = event.fields["report"]
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("action", "status", "expected", "permanent"),
    [
        ("failed", "5.1.1", DeliveryStatus.BOUNCED, True),
        ("failed", "5.2.2", DeliveryStatus.BOUNCED, False),
        ("failed", "4.4.7", DeliveryStatus.FAILED, False),
        ("delayed", "4.4.1", DeliveryStatus.ACCEPTED, False),
        ("relayed", "2.0.0", DeliveryStatus.SENT, False),
        ("delivered", "2.0.0", DeliveryStatus.DELIVERED, False),
        ("inventée", "", None, False),
    ],
)
def test_a_notification_says_what_became_of_our_mail(
    action: str, status: str, expected: DeliveryStatus | None, permanent: bool, read: Read
):
    event = read(bounce(group(action, status)))
    assert event.type is EventType.DELIVERY_UPDATE
    assert (event.status, event.reports_on) == (expected, OURS)
    assert facts(event)["permanent"] is permanent


def test_the_worst_news_of_several_recipients_is_the_news(read: Read):
    assert read(bounce(group("delivered", "2.0.0"), group("failed", "5.1.1"))).status is DeliveryStatus.BOUNCED


def test_a_whole_returned_message_names_it_too(read: Read):
    event = read(bounce(group("failed", "5.1.1"), returned=RETURNED + "\r\ncorps", kind="message/rfc822"))
    assert event.reports_on == OURS


def test_a_bounce_without_from_is_read(read: Read):
    event = read(bounce(group("failed", "5.1.1"), sender='"" (Mail Delivery System)'))
    assert (event.status, event.reports_on) == (DeliveryStatus.BOUNCED, OURS)


def test_a_report_that_names_nothing_reports_on_nothing(read: Read):
    event = read(bounce(group("failed", "5.1.1"), returned="Subject: x\r\n"))
    assert event.type is EventType.DELIVERY_UPDATE
    assert event.reports_on is None


def test_our_return_address_names_the_message_when_the_report_does_not(read: Read):
    event = read(bounce(group("failed", "5.1.1"), returned="Subject: x\r\n", to="contact+jeton@example.org"))
    assert event.fields["reply_token"] == "jeton"


@pytest.mark.parametrize(
    "subject",
    [
        "Undelivered Mail Returned to Sender",
        "Non remis : Votre demande",
        "Échec de la remise",
        "failure notice",
        "Message non distribuable",
    ],
)
def test_a_bounce_written_for_people_only_is_recognised(subject: str, read: Read):
    text = f"Hi. This is the qmail-send program.\r\n<usager@example.fr>:\r\n550 5.1.1 no such user\r\n\r\nMessage-ID: {OURS}\r\n"
    event = read(mail(text, sender=DAEMON, subject=subject))
    assert (event.type, event.status, event.reports_on) == (EventType.DELIVERY_UPDATE, DeliveryStatus.BOUNCED, OURS)


@pytest.mark.parametrize("subject", ["Undelivered Mail Returned to Sender", "Échec de la remise de mon dossier 5.1.1"])
def test_a_citizen_who_writes_about_a_bounce_is_a_citizen(subject: str, read: Read):
    assert read(mail("550 5.1.1 : je reçois ceci, aidez-moi", subject=subject)).type is EventType.MESSAGE_RECEIVED


def test_a_citizen_who_forwards_a_report_as_a_piece_is_a_citizen(read: Read):
    raw = parts(part("Regardez"), part(group("failed", "5.1.1"), content_type="message/delivery-status"))
    assert read(raw).type is EventType.MESSAGE_RECEIVED


def test_a_complaint_names_the_mail_complained_of(read: Read):
    raw = parts(
        part("abuse report"),
        part("Feedback-Type: abuse\r\nVersion: 1\r\n", content_type="message/feedback-report"),
        part(RETURNED, content_type="message/rfc822"),
        kind="report; report-type=feedback-report",
    )
    event = read(raw)
    assert (event.type, event.reason, event.reports_on) == (EventType.DELIVERY_UPDATE, "complaint", OURS)
    assert event.status is None
    assert facts(event)["feedback_type"] == "abuse"


@pytest.mark.parametrize(
    ("disposition", "status"),
    [
        ("manual-action/MDN-sent-manually; displayed", DeliveryStatus.READ),
        ("automatic-action/MDN-sent-automatically; deleted/error", None),
    ],
)
def test_a_receipt_says_whether_our_mail_was_read(disposition: str, status: DeliveryStatus | None, read: Read):
    raw = parts(
        part("lu"),
        part(
            f"Final-Recipient: rfc822;usager@example.fr\r\nOriginal-Message-ID: {OURS}\r\nDisposition: {disposition}\r\n",
            content_type="message/disposition-notification",
        ),
        kind="report; report-type=disposition-notification",
    )
    event = read(raw)
    assert (event.type, event.status, event.reports_on) == (EventType.DELIVERY_UPDATE, status, OURS)


def test_no_report_is_ever_answered(read: Read):
    assert read(bounce(group("failed", "5.1.1"))).automatic
