"""Where a message goes: who wrote, and what may this id reach?"""

from app.facts import Actor
from app.sve.law import Regime
from app.tickets.threading import STRANGER
from app.tickets.values import Status
from tests.harness.towns import TownHouse, mail


async def the_reply_address(town: TownHouse) -> tuple[str, str]:
    first = await town.receive(mail(message_id="<debut@example.org>"))
    (sent,) = await town.sent(first.ticket_id)
    return sent.request["reply_to"], sent.request["message_id"]


async def test_an_answer_to_our_signed_address_joins_its_ticket(town: TownHouse) -> None:
    reply_to, _ = await the_reply_address(town)
    answer = await town.receive(mail(to=reply_to, message_id="<suite@example.org>", text="Voici"))
    (ticket,) = await town.tickets()
    assert answer.ticket_id == ticket.id


async def test_a_stranger_with_the_signed_address_joins_marked_as_unverified(town: TownHouse) -> None:
    """T05."""
    reply_to, _ = await the_reply_address(town)
    answer = await town.receive(mail(sender="autre@example.net", to=reply_to, message_id="<x@example.net>"))
    assert len(await town.tickets()) == 1
    message = next(m for m in await town.thread(answer.ticket_id) if m.id == answer.message_id)
    assert STRANGER in message.warnings


async def test_an_invented_reply_address_opens_a_new_ticket(town: TownHouse) -> None:
    """T02, T07."""
    reply_to, _ = await the_reply_address(town)
    local, _, rest = reply_to.partition("+")
    forged = f"{local}+{'a' * 26}@{rest.partition('@')[2]}"
    await town.receive(mail(to=forged, message_id="<forge@example.org>"))
    assert len(await town.tickets()) == 2


async def test_a_known_message_id_joins_only_somebody_who_takes_part(town: TownHouse) -> None:
    _, ours = await the_reply_address(town)
    same = await town.receive(mail(message_id="<suite@example.org>", In_Reply_To=ours))
    other = await town.receive(mail(sender="autre@example.net", message_id="<autre@example.net>", In_Reply_To=ours))
    assert same.ticket_id != other.ticket_id
    message = next(m for m in await town.thread(other.ticket_id) if m.id == other.message_id)
    assert any("peut-être liée à" in warning for warning in message.warnings)


async def test_a_reference_in_the_subject_attaches_nothing(town: TownHouse) -> None:
    """T03: a number can be guessed."""
    await town.receive(mail(message_id="<debut@example.org>"))
    (ticket,) = await town.tickets()
    await town.receive(
        mail(sender="autre@example.net", subject=f"Re: [{ticket.reference}]", message_id="<n@example.net>")
    )
    assert len(await town.tickets()) == 2


async def test_a_reply_in_the_same_batch_joins_the_message_it_answers(town: TownHouse) -> None:
    await town.accept(mail(message_id="<a@example.org>"))
    await town.accept(mail(message_id="<b@example.org>", References="<a@example.org>", text="suite"))
    await town.house.inbound.drain(str(town.tenant_id))
    assert len(await town.tickets()) == 1


async def test_an_answer_reopens_what_was_closed(town: TownHouse) -> None:
    reply_to, _ = await the_reply_address(town)
    (ticket,) = await town.tickets()
    (saisine,) = (await town.law(ticket.id)).saisines
    agent = Actor("agent")
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        await town.house.legal.qualify(
            session,
            town.tenant_id,
            saisine.id,
            regime=Regime.NONE,
            delay=None,
            procedure=None,
            reason="remerciements",
            version=saisine.version,
            actor=agent,
        )
        version = (await town.house.tickets.get(session, town.tenant_id, ticket.id)).version
        await town.house.tickets.change(
            session, town.tenant_id, ticket.id, {"status": Status.CLOSED}, version=version, actor=agent
        )
    await town.receive(mail(to=reply_to, message_id="<encore@example.org>"))
    (after,) = await town.tickets()
    assert (after.id, after.status, after.risk) == (ticket.id, Status.OPEN, "unqualified")
