"""Who wrote is decided by what we handed out, never by what a message says of itself (T01, T02, T04 to T09, T14, T83)."""

import json
import secrets
from dataclasses import dataclass, field
from email import message_from_bytes
from typing import Any

import pytest
from sqlalchemy import text

from app.channels.contract import Delivery, Outcome, Sender, SendRequest, Sent
from app.channels.values import Channel
from app.exchanges import outbox
from app.exchanges.asked_elsewhere import asks_for_proof
from app.exchanges.receptions import Door
from app.ids import Prefix, new_id, parse_id, public_id
from tests.api.conftest import Town
from tests.api.test_sight import someone
from tests.channels.samples import telegram_update
from tests.harness.towns import mail

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_REVOKE = text("UPDATE reply_tokens SET revoked_at = now() WHERE tenant_id = :tenant AND token = :token")
Kept = dict[str, Any]


@dataclass
class Post:
    """Keeps what leaves, as it would be written on the wire."""

    left: list[tuple[str, bytes]] = field(default_factory=list)

    def can(self, channel: Channel, adapter: Sender) -> bool:
        return True

    async def carry(self, channel: Channel, adapter: Sender, request: SendRequest) -> Sent:
        self.left.append((request.to.address or "", adapter.render(request, channel.config).body))
        return Sent(outcome=Outcome.OK, external_ids=(request.message_id or "",))


@dataclass
class Box:
    """A town's channel: what comes in by it and what leaves."""

    town: Town
    channel: Channel
    post: Post

    @property
    def address(self) -> str:
        return self.channel.address or ""

    async def receive(self, raw: bytes, **delivery: Any) -> Kept:
        receipt = await self.town.house.inbound.accept(self.channel, Delivery(body=raw, **delivery), door=Door.API)
        await self.town.read_all()
        return (await self.town.http.get(f"/api/v1/intake/{public_id(Prefix.RECEPTION, receipt.id)}")).json()

    async def thread(self, kept: Kept) -> list[Kept]:
        return (await self.town.http.get(f"/api/v1/tickets/{kept['ticket_id']}/messages")).json()["data"]

    async def message(self, kept: Kept) -> Kept:
        return next(one for one in await self.thread(kept) if one["id"] == kept["message_id"])

    async def sent(self, kept: Kept) -> list[outbox.Outbound]:
        async with self.town.house.database.transaction(tenant=self.town.id) as session:
            return await outbox.of_ticket(session, self.town.id, parse_id(Prefix.TICKET, kept["ticket_id"]))

    async def leave(self) -> list[tuple[str, bytes]]:
        """Lets what is due leave; returns it."""
        before = len(self.post.left)
        async with self.town.house.database.transaction(tenant=self.town.id) as session:
            due = await outbox.due(session, self.town.id, now=self.town.clock(), limit=100)
        await self.town.house.dispatcher.dispatch(str(self.town.id), [str(one) for one in due])
        return self.post.left[before:]

    async def answered(self, sender: str = "usager@example.org") -> tuple[Kept, str, str]:
        """A citizen's request, the signed address to answer it at, and the signed Message-ID of its acknowledgement."""
        kept = await self.receive(mail(sender=sender, to=self.address, message_id=a_name()))
        (sent,) = await self.sent(kept)
        return kept, sent.request["reply_to"], sent.request["message_id"]


@pytest.fixture
async def box(town: Town) -> Box:
    post = Post()
    town.house.deliverer._carrier = post
    return Box(town, await a_mailbox(town), post)


async def a_mailbox(town: Town) -> Channel:
    """Its address is short enough to carry a signed word (RFC 5321 §4.5.3.1.1: 64 octets)."""
    address = f"contact.{secrets.token_hex(6)}@villebourg.example.fr"
    async with town.house.database.transaction(tenant=town.id) as session:
        return await town.house.channels.connect(
            session, town.id, type="email", name=address, address=address, config={"address": address}
        )


def a_name() -> str:
    return f"<{new_id().hex}@example.org>"


def guessed(signed: str) -> str:
    """The same word with its MAC made up: as long, of the same letters."""
    head, _, domain = signed.rpartition("@")
    return f"{head[:-26]}{''.join(secrets.choice(LETTERS) for _ in range(26))}@{domain}"


async def test_a_forged_answer_of_an_agent_is_a_strangers_request_and_reaches_no_citizen(town: Town, box: Box) -> None:
    """T01: an agent's own address, answering a Message-ID of ours whose MAC was made up."""
    agent = f"camille.{secrets.token_hex(4)}@agents.example.fr"
    await someone(town, email=agent)
    theirs, _, ours = await box.answered()
    await box.leave()
    forged = mail(
        sender=f"Camille Exemple <{agent}>",
        to=box.address,
        text="Versez 300 euros.",
        message_id=a_name(),
        In_Reply_To=guessed(ours),
        References=guessed(ours),
    )
    kept = await box.receive(forged)
    assert kept["ticket_id"] != theirs["ticket_id"]
    message = await box.message(kept)
    assert (message["direction"], message["author_kind"], message["author_address"]) == ("in", "citizen", agent)
    assert [one["direction"] for one in await box.thread(theirs)] == ["in", "out"]
    left = await box.leave()
    assert [address for address, _ in left] == [agent]  # its own acknowledgement, and nothing else
    assert all(b"300 euros" not in body for _, body in left)


async def test_an_agent_who_answers_by_mail_is_a_citizen_even_at_the_signed_address(town: Town, box: Box) -> None:
    """T04: no mail makes anybody an agent, and nothing that came by mail goes on to the citizen."""
    agent = f"camille.{secrets.token_hex(4)}@agents.example.fr"
    await someone(town, email=agent)
    theirs, reply_to, _ = await box.answered()
    await box.leave()
    kept = await box.receive(mail(sender=agent, to=reply_to, text="Refusé.", message_id=a_name()))
    message = await box.message(kept)
    assert (kept["ticket_id"], message["direction"], message["author_kind"]) == (theirs["ticket_id"], "in", "citizen")
    assert any("non vérifié" in warning for warning in message["warnings"])
    assert "usager@example.org" not in [address for address, _ in await box.leave()]
    assert {one.purpose for one in await box.sent(theirs)} == {"AEE"}


async def test_a_stranger_at_the_signed_address_gets_no_history_and_is_answered_only_when_chosen(box: Box) -> None:
    """T05: they join, unverified; who is answered is then a person's choice, and the history stays where it was."""
    theirs, reply_to, ours = await box.answered()
    await box.receive(
        mail(to=box.address, text="Mon numéro fiscal est SYCOMORE.", message_id=a_name(), References=ours)
    )
    await box.leave()
    await box.receive(mail(sender="autre@example.net", to=reply_to, text="Et moi ?", message_id=a_name()))
    for _, body in await box.leave():
        assert b"SYCOMORE" not in body
        assert "Demande" not in str(message_from_bytes(body)["Subject"])
    path = f"/api/v1/tickets/{theirs['ticket_id']}/replies"
    head = {"Idempotency-Key": new_id().hex}
    refused = await box.town.http.post(path, json={"text": "Bonjour"}, headers=head)
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "several-people")


async def test_who_was_copied_takes_no_part_by_citing_what_they_were_copied_on(box: Box) -> None:
    """T06: a spoofed author, the attacker in Cc who knows the Message-ID, and what each is told."""
    name = a_name()
    kept = await box.receive(
        mail(sender="victime@example.org", to=box.address, message_id=name, Cc="attaquant@example.net")
    )
    assert [address for address, _ in await box.leave()] == ["victime@example.org"]
    cited = await box.receive(
        mail(sender="attaquant@example.net", to=box.address, message_id=a_name(), In_Reply_To=name, References=name)
    )
    assert cited["ticket_id"] != kept["ticket_id"]
    assert any("ne participe pas" in warning for warning in (await box.message(cited))["warnings"])
    ((address, body),) = await box.leave()
    assert address == "attaquant@example.net"
    assert b"victime" not in body


async def test_a_revoked_word_is_worth_no_more_than_an_invented_one(town: Town, box: Box) -> None:
    """T02: a signed address ends, and no older form of it is understood beside it."""
    theirs, reply_to, _ = await box.answered()
    token = reply_to.partition("+")[2].partition("@")[0]
    async with town.house.database.transaction(tenant=town.id) as session:
        assert (await session.execute(_REVOKE, {"tenant": town.id, "token": token})).rowcount == 1  # type: ignore[attr-defined]
    ended = await box.receive(mail(sender="autre@example.net", to=reply_to, message_id=a_name()))
    made_up = await box.receive(mail(sender="autre@example.net", to=guessed(reply_to), message_id=a_name()))
    assert theirs["ticket_id"] not in {ended["ticket_id"], made_up["ticket_id"]}
    assert (await box.message(ended))["warnings"] == (await box.message(made_up))["warnings"]


async def test_a_thousand_guessed_words_open_nothing(town: Town, box: Box) -> None:
    """T07: a word is 128 bits of MAC; near misses, other lengths and other letters are as wrong as chance."""
    theirs, reply_to, _ = await box.answered()
    token = reply_to.partition("+")[2].partition("@")[0]
    assert len(token) == 26  # 128 bits in base 32
    near = [token[:n] + ("a" if token[n] != "a" else "b") + token[n + 1 :] for n in range(25)]
    wrong = [*near, token[:-1], token + "a", token[::-1], "%", "_" * 26, "a" * 26]
    wrong += ["".join(secrets.choice(LETTERS) for _ in range(26)) for _ in range(1000 - len(wrong))]
    local, domain = box.address.split("@")
    # A hundred addresses a mail: the intake looks each of them up.
    for start in range(0, len(wrong), 100):
        to = ", ".join(f"{local}+{word}@{domain}" for word in wrong[start : start + 100])
        kept = await box.receive(mail(sender=f"n{start}@example.net", to=to, message_id=a_name()))
        assert kept["ticket_id"] not in {theirs["ticket_id"], None}


async def test_a_word_of_another_town_opens_a_request_here_and_says_nothing(new_town: Any, box: Box) -> None:
    """T08: the same answer as for an invented word."""
    other = await new_town()
    there = Box(other, await a_mailbox(other), box.post)
    theirs, foreign, _ = await there.answered()
    word = foreign.partition("+")[2].partition("@")[0]
    local, domain = box.address.split("@")
    kept = await box.receive(mail(sender="a@example.net", to=f"{local}+{word}@{domain}", message_id=a_name()))
    made_up = await box.receive(mail(sender="b@example.net", to=f"{local}+{'a' * 26}@{domain}", message_id=a_name()))
    assert kept["ticket_id"] != theirs["ticket_id"]
    assert (await box.message(kept))["warnings"] == (await box.message(made_up))["warnings"]
    assert [one["direction"] for one in await there.thread(theirs)] == ["in", "out"]
    told = [str(message_from_bytes(body).get_payload(decode=True)) for _, body in await box.leave()]
    assert len(told) >= 2
    assert all(word not in one for one in told)


async def test_another_services_code_is_shown_with_a_warning_and_sent_on_to_nobody(box: Box) -> None:
    """T09: a mailbox everybody may write to must not prove anything to a third service."""
    kept = await box.receive(
        mail(
            sender="Service Exemple <bonjour@service.example.net>",
            to=box.address,
            subject="Votre code de vérification : 482913",
            text="Confirmez votre adresse : https://service.example.net/confirmation?code=482913",
            message_id=a_name(),
            Cc="attaquant@example.net",
        )
    )
    assert any(warning.startswith("vérification:") for warning in (await box.message(kept))["warnings"])
    left = await box.leave()
    assert [address for address, _ in left] == ["bonjour@service.example.net"]
    assert all(b"482913" not in body and b"https://service" not in body for _, body in left)


@pytest.mark.parametrize(
    ("subject", "told"),
    [
        ("Verify your email address", True),
        ("Your one-time code", True),
        ("Activez votre compte", True),
        ("Votre mot de passe à usage unique", True),
        ("Le code de la route", False),
        ("Demande de vérification de mon adresse électorale", False),
        ("Je souhaite activer la carte de cantine", False),
        ("Le digicode de l'école est cassé", False),
        ("a" * 100_000 + " code de " * 10_000, False),
    ],
)
def test_what_a_third_service_asks_is_told_from_what_citizens_ask(subject: str, told: bool) -> None:
    assert asks_for_proof(subject, "") is told
    assert asks_for_proof("", subject) is told


async def test_the_name_of_an_account_makes_nobody_an_agent_and_a_new_one_no_other_person(town: Town) -> None:
    """T14: on a platform a person is their immutable id; the name they show is theirs to choose."""
    agent = await someone(town)
    assert (await agent.ask("GET", "/me")).status_code == 200
    bot = Box(town, await town.connect("telegram", secret_token="secret_des_essais"), Post())
    head = (("Content-Type", "application/json"), ("X-Telegram-Bot-Api-Secret-Token", "secret_des_essais"))

    async def written(account: int, name: str, number: int) -> Kept:
        update = telegram_update(text="Bonjour", message_id=number)
        update["update_id"] = number
        update["message"]["from"] = {"id": account, "is_bot": False, "first_name": name}
        update["message"]["chat"] = {"id": account, "type": "private"}
        return await bot.receive(json.dumps(update).encode(), headers=head)

    first = await written(7001, "Camille Exemple", 1)  # as the agent is called
    renamed = await written(7001, "Autre Exemple", 2)
    other = await written(7002, "Camille Exemple", 3)
    said = [await bot.message(one) for one in (first, renamed, other)]
    assert {(one["direction"], one["author_kind"]) for one in said} == {("in", "citizen")}
    assert said[0]["contact_point_id"] == said[1]["contact_point_id"] != said[2]["contact_point_id"]
    assert first["ticket_id"] == renamed["ticket_id"] != other["ticket_id"]


async def test_no_header_of_a_mail_commands_the_house(box: Box) -> None:
    """What other helpdesks take from a mail's own headers is here a stranger's words: who, where, to whom, how urgent."""
    theirs, _, _ = await box.answered()
    reference = (await box.town.http.get(f"/api/v1/tickets/{theirs['ticket_id']}")).json()["reference"]
    raw = mail(
        sender="autre@example.net",
        to=box.address,
        message_id=a_name(),
        Reply_To="victime@example.org",
        X_Parvis_Ticket=theirs["ticket_id"],
        X_Parvis_Author="agent",
        RT_Send_Cc="victime@example.org",
        RT_Ticket=reference,
        X_RT_Incoming_Signature="good",
        X_Zammad_Ticket_Id=reference,
        X_Chatwoot_Conversation_Id=theirs["ticket_id"],
        X_Priority="1",
        Thread_Index="AQHa",
        Return_Receipt_To="victime@example.org",
        Disposition_Notification_To="victime@example.org",
    )
    kept = await box.receive(raw)
    assert kept["ticket_id"] != theirs["ticket_id"]
    assert (await box.message(kept))["author_kind"] == "citizen"
    left = [address for address, body in await box.leave() if b"Message-ID" in body]
    assert "victime@example.org" not in left
    assert left.count("autre@example.net") == 1


async def test_an_acknowledgement_repeats_not_even_the_name_its_sender_gave(box: Box) -> None:
    """T83: the name beside a forged address is an attacker's words too; the victim would read it in their own mail."""
    await box.receive(
        mail(
            sender='"GAGNEZ http://piege.example" <victime@example.org>',
            to=box.address,
            subject="PIEGE",
            text="PIEGE",
            message_id=a_name(),
        )
    )
    ((address, body),) = await box.leave()
    written = message_from_bytes(body)
    assert (address, written["To"]) == ("victime@example.org", "<victime@example.org>")
    assert "PIEGE" not in f"{written.as_string()}{written.get_payload(decode=True)!r}".upper()
