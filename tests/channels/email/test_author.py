"""Who wrote, what vouches for them, and whether they may be answered."""

import pytest

from app.channels.adapters.email import EmailConfig
from tests.channels.email.conftest import Read, codes
from tests.channels.email.made import HEAD, mail

PASS = (
    "Authentication-Results: mx.example.org; dmarc=pass header.from=example.fr; spf=pass smtp.mailfrom=example.fr\r\n"
)


class TestSender:
    def test_one_from_is_the_author(self, read: Read):
        event = read(mail(sender='"Usager, le" <Usager@EXAMPLE.fr>'))
        assert event.sender is not None
        assert (event.sender.address, event.sender.display_name) == ("Usager@example.fr", "Usager, le")

    @pytest.mark.parametrize(
        "second", ["Le Maire <contact@example.org>", "contact+x@EXAMPLE.org", "Contact@example.org (nous)"]
    )
    def test_of_two_from_the_first_that_is_not_ours_is_retained_and_not_trusted(self, second: str, read: Read):
        event = read(PASS.encode() + mail(sender=second, extra="From: usager@example.fr\r\n"))
        assert event.sender is not None
        assert event.sender.address == "usager@example.fr"
        assert event.fields["identity_verified"] is False
        assert "expediteur" in codes(event)

    @pytest.mark.parametrize(
        "sender", ["a@example.fr, b@example.fr", "<a@example.fr> <b@example.fr>", "a@example.fr b@example.fr"]
    )
    def test_two_mailboxes_in_one_from_are_not_trusted(self, sender: str, read: Read):
        assert "expediteur" in codes(read(mail(sender=sender)))

    def test_without_from_the_transport_names_an_author_nobody_answers(self, read: Read):
        event = read(mail(sender=None))
        assert event.sender is not None
        assert event.sender.address == "usager@example.fr"
        assert (event.fields["sender_source"], event.fields["repliable"]) == ("return-path", False)

    def test_without_any_name_there_is_no_author(self, read: Read):
        assert read(mail(sender=None, head=b"")).sender is None

    def test_an_envelope_names_the_author_when_nothing_else_does(self, read: Read):
        event = read(mail(sender=None, head=b""), envelope={"door": "smtp", "mail_from": "<usager@example.fr>"})
        assert event.fields["sender_source"] == "envelope"

    def test_an_encoded_word_never_makes_an_address(self, read: Read):
        event = read(mail(sender="=?utf-8?Q?agent?=@example.org"))
        assert event.sender is not None
        assert event.sender.address != "agent@example.org"

    def test_a_name_that_is_an_address_is_only_a_name(self, read: Read):
        event = read(mail(sender='"contact@example.org" <autre@example.fr>'))
        assert event.sender is not None
        assert event.sender.address == "autre@example.fr"

    def test_invisible_letters_leave_a_name(self, read: Read):
        event = read(mail(sender="Ma\u202eire\u200b <usager@example.fr>"))
        assert event.sender is not None
        assert event.sender.display_name == "Maire"

    def test_our_own_address_in_from_is_kept_and_said(self, read: Read):
        event = read(mail(sender="contact@example.org"))
        assert event.fields["from_ourselves"] is True
        assert event.fields["repliable"] is False


@pytest.mark.parametrize(
    "sender",
    [
        "root@[127.0.0.1]", "x@[IPv6:::1]", "x@127.0.0.1", "root@localhost", "x@serveur.local", "no-reply@example.fr",
        "ne-pas-repondre@example.fr", "noreply.impots@example.fr", "MAILER-DAEMON@example.fr", "a" * 65 + "@example.fr",
        "a@" + "d" * 64 + ".fr", "a@" + ".".join(["d" * 60] * 5) + ".fr", "a..b@example.fr", "a@-x.fr", "a@x..fr",
    ],
)  # fmt: skip
def test_nothing_is_sent_to_such_an_address(sender: str, read: Read):
    event = read(mail(sender=f"<{sender}>"))
    assert event.fields["repliable"] is False
    assert event.fields["not_repliable_because"]


def test_a_malformed_address_identifies_nobody_and_stays_in_the_claims(read: Read):
    event = read(mail(sender="Usager <a..b@example.fr>"))
    assert event.sender is not None
    assert (event.sender.address, event.sender.display_name) == (None, "Usager")
    assert event.fields["from"] == ["a..b@example.fr"]


class TestAuthentication:
    def test_a_result_of_our_boundary_at_the_top_is_believed(self, read: Read):
        event = read(PASS.encode() + mail())
        assert event.fields["identity_verified"] is True
        assert event.fields["authentication"]["dmarc"]["result"] == "pass"  # type: ignore[index]

    @pytest.mark.parametrize(
        "raw",
        [
            mail(extra=PASS),  # below the first Received: the sender may have written it
            HEAD + PASS.encode() + mail(head=b""),
            PASS.replace("mx.example.org", "mx.example.com").encode() + mail(),
            PASS.replace("mx.example.org", "(mx.example.org) autre").encode() + mail(),
            PASS.replace("pass", "fail").encode() + mail(),
            PASS.replace("header.from=example.fr", "header.from=example.com").encode() + mail(),
            PASS.replace("dmarc=pass header.from=example.fr", "x=(dmarc=pass)").encode() + mail(),
            b"Authentication-Results: mx.example.org; spf=pass smtp.mailfrom=example.fr\r\n" + mail(),
            b"Authentication-Results: mx.example.org; dkim=pass header.d=fr\r\n" + mail(),
            b"Authentication-Results: mx.example.org; dkim=pass header.d=notexample.fr\r\n" + mail(),
        ],
    )
    def test_anything_else_is_not(self, raw: bytes, read: Read):
        assert read(raw).fields["identity_verified"] is False

    def test_a_dkim_signature_of_the_very_domain_vouches_for_it(self, read: Read):
        raw = b"Authentication-Results: mx.example.org 1; dkim=pass (2048) header.d=example.fr\r\n" + mail()
        assert read(raw).fields["identity_verified"] is True

    def test_the_first_verdict_of_a_method_counts(self, read: Read):
        raw = PASS.replace("dmarc=pass", "dmarc=fail").encode() + PASS.encode() + mail()
        assert read(raw).fields["identity_verified"] is False

    def test_our_own_hops_may_stand_above_the_result(self, read: Read):
        raw = HEAD + PASS.encode() + mail(head=b"")
        own = EmailConfig(address="contact@example.org", authserv_ids=("MX.example.org",), trusted_hops=1)
        assert read(raw, into=own).fields["identity_verified"] is True


class TestAutomatic:
    @pytest.mark.parametrize(
        "extra",
        [
            "Auto-Submitted: auto-replied\r\n", "Auto-Submitted: auto-generated; x=y\r\n", "Precedence: bulk\r\n",
            "List-Id: <l.example.fr>\r\n", "List-Unsubscribe: <mailto:x@example.fr>\r\n", "X-Autoreply: yes\r\n",
            "X-Auto-Response-Suppress: All\r\n", "X-Loop: x\r\n",
        ],
    )  # fmt: skip
    def test_a_machine_is_recognised_and_never_dropped(self, extra: str, read: Read):
        event = read(mail(extra=extra))
        assert event.automatic
        assert event.text == "Bonjour."

    @pytest.mark.parametrize(
        "extra", ["Auto-Submitted: no\r\n", "X-Auto-Response-Suppress: None\r\n", "Precedence: normal\r\n"]
    )
    def test_a_person_is_not_taken_for_one(self, extra: str, read: Read):
        assert not read(mail(extra=extra)).automatic

    @pytest.mark.parametrize(
        "subject",
        [
            "Réponse automatique : Demande",
            "Absence du bureau",
            "Automatic reply: x",
            "=?utf-8?q?R=C3=A9ponse_automatique?=",
        ],
    )
    def test_an_absence_is_recognised_by_its_subject(self, subject: str, read: Read):
        assert "out-of-office" in read(mail(subject=subject)).fields["automatic_reasons"]  # type: ignore[operator]

    def test_a_mail_that_goes_round_is_not_answered(self, read: Read):
        assert "loop" in read(mail(head=HEAD * 60)).fields["automatic_reasons"]  # type: ignore[operator]

    def test_a_request_about_an_absence_is_not_one(self, read: Read):
        assert not read(mail(subject="Mon absence du bureau de vote")).automatic

    def test_the_null_sender_is_a_machine(self, read: Read):
        assert read(mail(), envelope={"door": "smtp", "mail_from": ""}).automatic
        assert read(mail(head=b"Return-Path: <>\r\n")).automatic


class TestRecipients:
    def test_the_signed_address_is_found_where_the_mail_was_delivered(self, read: Read):
        event = read(mail(), envelope={"door": "smtp", "rcpt_to": ["Contact+jeton.Ab@example.org"]})
        assert event.fields["reply_token"] == "jeton.Ab"

    @pytest.mark.parametrize(
        "to", ["contact+x@example.com", "autre+x@example.org", "contact@example.org", "contact+@example.org"]
    )
    def test_a_tag_of_another_mailbox_is_no_token(self, to: str, read: Read):
        assert read(mail(to=to)).fields["reply_token"] is None

    def test_cc_is_told_and_grants_nothing(self, read: Read):
        event = read(mail(extra="Cc: Autre <autre@example.com>\r\n"))
        assert event.fields["cc"] == ["autre@example.com"]
        assert event.fields["identity_verified"] is False
