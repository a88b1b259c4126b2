"""Further members of each hostile class, made here, with what the parser alone can decide of them."""

import pytest

from app.channels.contract import EventType
from app.channels.errors import Unreadable
from tests.channels.email.conftest import Read, codes
from tests.channels.email.made import HEAD, mail, nested_multiparts, part, parts, piece


class TestStructure:
    def test_a_missing_closing_delimiter_loses_no_part(self, read: Read):
        event = read(parts(part("UN"), part("DEUX"), closed=False))
        assert event.text == "UN\n\nDEUX"
        assert "structure" in codes(event)

    def test_words_after_the_last_part_are_shown(self, read: Read):
        event = read(parts(part("DEDANS")) + b"APRES LA FIN")
        assert "APRES LA FIN" in (event.text or "")
        assert "hors-parties" in codes(event)

    def test_a_part_after_the_closing_delimiter_is_read(self, read: Read):
        event = read(parts(part("UN")) + b"--BND\r\n" + part("CACHE") + b"\r\n--BND--\r\n")
        assert "CACHE" in (event.text or "")

    def test_a_boundary_that_begins_like_another_is_not_it(self, read: Read):
        inner = b'Content-Type: multipart/mixed; boundary="BND2"\r\n\r\n--BND2\r\n' + part("DEDANS") + b"\r\n--BND2--"
        assert read(parts(part("DEHORS"), inner)).text == "DEHORS\n\nDEDANS"

    def test_every_text_part_is_kept_in_order(self, read: Read):
        raw = parts(part("AVANT"), piece(b"x", disposition="attachment; filename=a.bin"), part("APRES"))
        assert read(raw).text == "AVANT\n\nAPRES"

    def test_plain_words_beside_an_html_part_stand_in_both_forms(self, read: Read):
        event = read(parts(part("CLAIR & NET"), part("<p>MIS EN FORME</p>", content_type="text/html")))
        assert event.text == "CLAIR & NET\n\nMIS EN FORME"
        assert event.html == "<p>CLAIR &amp; NET</p>\n<p>MIS EN FORME</p>"

    def test_an_empty_plain_version_yields_to_the_html_one(self, read: Read):
        event = read(parts(part(" \r\n"), part("<p>SEUL</p>", content_type="text/html"), kind="alternative"))
        assert event.text == "SEUL"

    def test_what_lies_below_the_depth_is_a_piece(self, read: Read):
        event = read(nested_multiparts(60))
        assert "profondeur" in codes(event)
        assert b"AU-FOND" in b"".join(one.content or b"" for one in event.attachments)

    def test_a_separator_forgotten_after_the_headers_costs_no_word(self, read: Read):
        event = read(HEAD + b"From: usager@example.fr\r\nSubject: x\r\nBonjour sans ligne vide\r\n\r\nla suite")
        assert (event.text or "").startswith("Bonjour sans ligne vide")

    def test_a_stray_line_does_not_hide_the_headers_below_it(self, read: Read):
        event = read(b"Ceci n'est pas un en-tete\r\nFrom: usager@example.fr\r\nSubject: Objet\r\n\r\nx")
        assert (event.subject, event.sender and event.sender.address) == ("Objet", "usager@example.fr")

    def test_two_content_types_are_said(self, read: Read):
        assert "type" in codes(read(mail(extra="Content-Type: text/html\r\n")))

    def test_a_mail_with_old_line_ends_is_read(self, read: Read):
        event = read(mail("Un\r\ndeux").replace(b"\r\n", b"\r"))
        assert event.text == "Un\ndeux"
        assert "fins-de-ligne" in codes(event)

    def test_a_smuggled_second_mail_stays_in_the_body(self, read: Read):
        event = read(mail("x\n.\r\nMAIL FROM:<maire@example.org>\r\nFrom: maire@example.org\r\n"))
        assert event.sender is not None
        assert event.sender.address == "usager@example.fr"
        assert "MAIL FROM" in (event.text or "")

    @pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b"   ", b"\x89PNG\r\n\x1a\n\x00\x00\x00"])
    def test_what_is_no_mail_is_refused_with_a_reason(self, raw: bytes, read: Read):
        with pytest.raises(Unreadable, match=r"vide|octets"):
            read(raw)

    def test_words_without_any_header_are_shown_with_warnings(self, read: Read):
        event = read(b"Bonjour, je demande un acte de naissance")
        assert event.text == "Bonjour, je demande un acte de naissance"
        assert {"entete-illisible", "expediteur"} <= codes(event)


class TestCharsets:
    @pytest.mark.parametrize(
        ("charset", "encoded"),
        [
            ("iso-8859-1", "cp1252"), ("windows-1252", "cp1252"), ("us-ascii", "utf-8"), ("utf-8", "cp1252"),
            ("x-inconnu", "utf-8"), ("", "cp1252"), ("iso-8859-15", "iso-8859-15"), ("unicode-1-1-utf-7", "utf-7"),
        ],
    )  # fmt: skip
    def test_french_survives_a_wrong_label(self, charset: str, encoded: str, read: Read):
        words = "L’église coûte 10 €" if encoded != "iso-8859-15" else "L'église coûte 10 €"
        event = read(mail(words.encode(encoded), content_type=f'text/plain; charset="{charset}"'))
        assert event.text == words

    @pytest.mark.parametrize(
        ("charset", "encoded", "words"),
        [("gb2312", "gb18030", "镕"), ("shift_jis", "cp932", "①"), ("ks_c_5601-1987", "cp949", "똠")],
    )
    def test_a_narrow_label_is_read_with_its_superset(self, charset: str, encoded: str, words: str, read: Read):
        assert read(mail(words.encode(encoded), content_type=f"text/plain; charset={charset}")).text == words

    @pytest.mark.parametrize("charset", ["zlib", "hex", "rot13", "idna", "undefined", "../../etc/passwd", "é" * 80])
    def test_a_charset_that_is_none_is_never_loaded(self, charset: str, read: Read):
        assert read(mail("MOTS", content_type=f"text/plain; charset={charset}")).text == "MOTS"

    def test_lone_surrogates_are_removed(self, read: Read):
        event = read(mail(b"a+2AA-b", content_type="text/plain; charset=utf-7"))
        (event.text or "").encode()


class TestPieces:
    @pytest.mark.parametrize(
        "name",
        [
            "../../etc/passwd", "..\\..\\x.exe", "\u200b.htaccess", "a\u202egpj.exe", "con", "x\x00.pdf", "a\r\nb.pdf",
            "é" * 300 + ".pdf", "．．／x", " . ", "nul.txt", "C:\\x", "a" * 5_000,
        ],
    )  # fmt: skip
    def test_a_name_is_only_a_name(self, name: str, read: Read):
        encoded = "".join(f"%{byte:02X}" for byte in name.encode())
        (one,) = read(parts(piece(b"x", disposition=f"attachment; filename*=utf-8''{encoded}"))).attachments
        assert one.name
        assert not set(one.name) & set("/\\\x00\r\n\u200b\u202e")
        assert not one.name.startswith(".")
        assert len(one.name.encode()) <= 255

    @pytest.mark.parametrize(
        ("disposition", "name"),
        [
            ('attachment; filename="=?utf-8?B?cGnDqGNlLnBkZg==?="', "pièce.pdf"),
            ("attachment; filename*0*=utf-8''pi%C3%A8; filename*1=ce.pdf", "pièce.pdf"),
            ("attachment; filename*=iso-8859-1'fr'pi%E8ce.pdf", "pièce.pdf"),
            ('attachment; filename="a\\"b.pdf"', "a_b.pdf"),
            ("attachment", "piece-1.bin"),
            ('attachment; filename=""', "piece-1.bin"),
        ],
    )  # fmt: skip
    def test_names_in_every_writing(self, disposition: str, name: str, read: Read):
        (one,) = read(parts(piece(b"x", disposition=disposition))).attachments
        assert one.name == name

    def test_a_joined_mail_is_one_piece_and_threads_nothing(self, read: Read):
        inner = "From: x@example.fr\r\nSubject: Interne\r\nIn-Reply-To: <t@example.org>\r\nTo: contact+jeton@example.org\r\n\r\nx"
        event = read(parts(part("Voir."), part(inner, content_type="message/rfc822")))
        assert [one.name for one in event.attachments] == ["Interne.eml"]
        assert not event.in_reply_to
        assert event.fields["reply_token"] is None

    @pytest.mark.parametrize(
        ("content_type", "code"),
        [
            ("application/ms-tnef", "tnef"), ("text/calendar", "invitation"), ("application/pkcs7-mime", "chiffrement"),
            ("application/pkcs7-signature", "signature"), ("message/external-body", "contenu-externe"),
        ],
    )  # fmt: skip
    def test_an_opaque_piece_is_kept_and_said(self, content_type: str, code: str, read: Read):
        event = read(parts(part("Voir."), part("x", content_type=content_type)))
        assert len(event.attachments) == 1
        assert code in codes(event)

    def test_pieces_of_base64_joined_by_careless_software_are_all_kept(self, read: Read):
        raw = mail(b"QQ==\r\nQg==\r\n", extra="Content-Transfer-Encoding: base64\r\n")
        assert read(raw).text == "AB"

    def test_an_untyped_piece_is_typed_by_its_first_bytes(self, read: Read):
        (one,) = read(parts(piece(b"%PDF-1.7\n", disposition="attachment; filename=x"))).attachments
        assert one.content_type == "application/pdf"


class TestHeaders:
    def test_a_header_smuggled_in_an_encoded_word_stays_a_subject(self, read: Read):
        event = read(mail(subject="=?utf-8?Q?a=0D=0ABcc:_x@example.fr?="))
        assert event.subject == "a Bcc: x@example.fr"

    def test_an_encoded_word_cut_inside_a_letter_is_joined(self, read: Read):
        assert read(mail(subject="=?utf-8?Q?caf=C3?= =?utf-8?Q?=A9?=")).subject == "café"

    def test_raw_bytes_in_a_subject_are_read(self, read: Read):
        raw = mail(subject="XX").replace(b"XX", "Déchets".encode("cp1252"))
        assert read(raw).subject == "Déchets"

    @pytest.mark.parametrize(
        "date",
        [
            "Sat, 99 Foo 2026",
            "",
            "0",
            "Thu, 01 Jan 1970 00:00:00 +0000",
            "x" * 5_000,
            "Mon, 1 Jan 2026 00:00:00 +9999999999",
        ],
    )
    def test_a_strange_date_is_only_a_claim(self, date: str, read: Read):
        event = read(mail(date=date))
        assert event.type is EventType.MESSAGE_RECEIVED
        assert event.occurred_at is None or event.occurred_at.tzinfo is not None
        assert "date" in codes(event)

    @pytest.mark.parametrize("message_id", ["<[a.b]@x>", "<a b@x>", "a@b.fr", "<>", "<<a@b>>", "=?utf-8?q?<a@b>?="])
    def test_a_strange_message_id_never_stops_the_mail(self, message_id: str, read: Read):
        assert read(mail(message_id=message_id)).text == "Bonjour."

    @pytest.mark.parametrize("to", ["(c):", '"', ":;", "<", "@", "a:b:c;d", "(" * 50, '"" <>', "a@", "\\"])
    def test_a_strange_recipient_is_a_warning(self, to: str, read: Read):
        event = read(mail(to=to))
        assert event.text == "Bonjour."
        assert event.recipients == () or all(party.address for party in event.recipients)
