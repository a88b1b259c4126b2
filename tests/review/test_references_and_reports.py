"""Names that others choose, and reports of what was sent before."""

from app.exchanges.outbox import OutState
from app.exchanges.resolving import Decision
from app.facts import Actor
from tests.exchanges.test_outbox import bounce_of
from tests.harness.towns import TownHouse, mail

AGENT = Actor("agent", None, "Accueil")


async def test_a_stranger_who_reuses_a_name_does_not_break_another_person_s_thread(town: TownHouse) -> None:
    first = await town.receive(mail(sender="a@example.org", message_id="<fil@example.org>"))
    await town.receive(mail(sender="z@example.net", message_id="<fil@example.org>", text="autre"))
    again = await town.receive(
        mail(sender="a@example.org", message_id="<suite@example.org>", In_Reply_To="<fil@example.org>", text="suite")
    )
    assert again.ticket_id == first.ticket_id


async def test_a_mail_sent_again_after_its_bounce_is_not_bounced_by_the_old_report(town: TownHouse) -> None:
    kept = await town.receive(mail())
    await town.deliver()
    (sent,) = await town.sent(kept.ticket_id)
    await town.receive(bounce_of(str(sent.external_id)))
    town.clock.move(hours=1)
    async with town.house.database.transaction(tenant=town.tenant_id) as session:
        resolver = town.house.resolver
        await resolver.resolve(
            session, town.tenant_id, sent.id, decision=Decision.RESEND, reason="boîte vidée", actor=AGENT
        )
    await town.deliver()
    (sent,) = await town.sent(kept.ticket_id)
    assert sent.state is OutState.ACCEPTED
