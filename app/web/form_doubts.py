"""A submission nobody is sure of: what is doubted, and keeping it held while its sender, or an agent, says more."""

from collections.abc import Sequence

from fastapi import Request

from app.channels.adapters.webform import WebformConfig
from app.channels.adapters.webform_answers import address
from app.channels.contract import Delivery
from app.channels.values import Channel
from app.exchanges import receptions
from app.exchanges.confirming import AWAITED
from app.exchanges.facts import IntakeHeld
from app.exchanges.inbound import Receipt
from app.exchanges.receptions import Door, State
from app.exchanges.understood import settled_row
from app.forms.doubts import Doubt, reason
from app.web import form_tokens
from app.web.answers import Checked
from app.web.house import WebHouse
from app.web.pages import language_of


def of_page(house: WebHouse, channel: Channel, checked: Checked) -> Doubt | None:
    """Says what the page itself tells against a submission: whether it was ours, open long enough, read at all."""
    if not checked.readable:
        return Doubt.UNREADABLE
    if checked.caught:
        return Doubt.HONEYPOT
    return form_tokens.doubt(house.keys, channel.id, checked.token, now=house.clock())


async def weighed(
    request: Request, house: WebHouse, channel: Channel, config: WebformConfig, checked: Checked, *, found: Doubt | None
) -> Sequence[Doubt]:
    """Returns every doubt about a submission that is about to be kept, and counts it. Raises `Unavailable`."""
    return await house.guarding.weigh(
        channel.tenant_id,
        channel.id,
        [found] if found else [],
        texts=[text for name, texts in checked.answers.items() if name != config.honeypot for text in texts],
        submission=checked.token.submission_id,
        answer=checked.proof,
        demand=config.proof,
        remote=request.client.host if request.client else None,
        now=house.clock(),
    )


async def keep_held(
    request: Request,
    house: WebHouse,
    channel: Channel,
    delivery: Delivery,
    checked: Checked,
    doubts: Sequence[Doubt],
    *,
    verified: bool | None = None,
) -> tuple[Receipt, bool]:
    """Keeps the raw bytes, held in the same transaction, and asks their sender; says whether a mail asks."""
    remote = request.client.host if request.client else None
    recipient = address_of(checked)
    async with house.database.transaction(tenant=channel.tenant_id) as session:
        receipt = await house.inbound.keep(session, channel, delivery, door=Door.FORM, verified=verified, remote=remote)
        asked = recipient is not None and await house.confirming.ask(
            session,
            channel,
            receipt.id,
            submission=checked.token.submission_id,
            recipient=recipient,
            language=language_of(request).value,
        )
        why = (AWAITED if asked else "") + reason(doubts)
        held = settled_row(channel.tenant_id, receipt.id, State.HELD, now=receipt.received_at, reason=why)
        await receptions.settle(session, [held])
        fact = IntakeHeld(tenant_id=channel.tenant_id, subject_id=receipt.id, at=receipt.received_at)
        await house.book.record(session, fact)
    return receipt, asked


def address_of(checked: Checked) -> str | None:
    """Returns the address a submission gives, where it has the form of one."""
    given = (checked.first(field.name) for field in checked.questions if field.about == "email")
    return next((found for text in given if (found := address(text))), None)
