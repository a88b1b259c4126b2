"""Channels: what is installed, what is connected, and how; secrets go in and never come out."""

import asyncio
from collections.abc import Mapping
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from app.api.acting import actor_of, keep_sight
from app.api.house import ApiHouse, House
from app.api.v1.paths import ChannelInPath
from app.channels.caring import LiveTestFailed, NoLiveTest, expiry
from app.channels.contract import Checked
from app.channels.schemas import ChannelChange, ChannelOut, ChannelTypeOut, CheckOut, NewChannel, Reauthentication
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, Unopened
from app.errors import Conflict, NotFound, TooManyRequests
from app.exchanges.waking import waiting
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.freshness import fresh
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.languages import Said
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(tags=["channels"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("channels:admin")]
Test = Annotated[bool, Query(description="Essayer les réglages chez le fournisseur avant de les enregistrer.")]


class StillLeaving(Conflict):
    """Messages still wait to leave by the channel."""

    code = "channel-still-leaving"
    title_fr = "Des messages attendent encore de partir par ce canal"
    title_en = "Messages still wait to leave by this channel"
    advice = Said(
        "laissez-les partir, ou décidez de leur sort dans les envois, puis retirez le canal",
        en="let them leave, or decide on them among the outgoing messages, then remove the channel",
    )


# The provider is asked before the request's transaction begins: FastAPI resolves dependencies in the order written.


async def _try_new(new: NewChannel, house: House, caller: Administrator, test: Test = False) -> Checked | None:  # noqa: FBT002 — a query parameter
    if not test:
        return None
    config = house.channels.validated(new.type, new.config)
    return await house.care.try_settings(caller.tenant_id, type=new.type, config=config)


async def _try_change(
    channel_id: ChannelInPath,
    change: ChannelChange,
    house: House,
    caller: Administrator,
    test: Test = False,  # noqa: FBT002 — a query parameter
) -> Checked | None:
    return await _tried(house, caller, channel_id, change.config) if test and change.config is not None else None


async def _try_renewal(
    channel_id: ChannelInPath,
    renewal: Reauthentication,
    house: House,
    caller: Administrator,
    test: Test = True,  # noqa: FBT002 — a query parameter
) -> Checked | None:
    return await _tried(house, caller, channel_id, renewal.config) if test else None


async def _tried(house: ApiHouse, caller: Caller, channel_id: UUID, config: Mapping[str, Any]) -> Checked | None:
    async with house.database.transaction(tenant=caller.tenant_id) as session:
        channel = await house.channels.living(session, caller.tenant_id, channel_id)
    altered = house.channels.altered(channel, config)
    return await house.care.try_settings(caller.tenant_id, type=channel.type, config=altered)


TriedNew = Annotated[Checked | None, Depends(_try_new)]
TriedChange = Annotated[Checked | None, Depends(_try_change)]
TriedRenewal = Annotated[Checked | None, Depends(_try_renewal)]


@router.get("/channels", summary="Lister les canaux", response_description="Une page.")
async def list_channels(asked: Asked, house: House, session: Reading, caller: Administrator) -> Page[ChannelOut]:
    """Donne les canaux branchés, dans l'ordre où ils le furent ; celui qui ne peut pas servir dit pourquoi, et quoi faire."""
    after = asked.after.id if asked.after else None
    channels = await house.channels.page(session, caller.tenant_id, after=after, limit=asked.take)
    return asked.page(channels, position=lambda one: Position(None, one.id), show=lambda one: _shown(house, one))


@router.post(
    "/channels",
    status_code=201,
    response_model=ChannelOut,
    summary="Brancher un canal",
    response_description="Le canal.",
    responses=refusals(Conflict, LiveTestFailed, TooManyRequests),
    dependencies=[fresh()],
)
async def connect_channel(
    new: NewChannel, tried: TriedNew, house: House, session: Writing, once: Once, caller: Administrator
) -> Any:
    """Branche un canal, après que son type a vérifié ses réglages ; avec `test=true`, après un essai chez le fournisseur."""
    channel = await house.channels.connect(
        session,
        caller.tenant_id,
        type=new.type,
        name=new.name,
        address=new.address,
        config=new.config,
        credentials_expire_at=new.credentials_expire_at,
    )
    if tried is not None:
        await house.care.keep(session, channel, tried, actor=actor_of(caller))
        channel = await house.channels.get(session, caller.tenant_id, channel.id)
    await keep_sight(house, session, caller, "channel.connected", channel.id, type=channel.type)
    headers = {"Location": f"/api/v1/channels/{public_id(Prefix.CHANNEL, channel.id)}", "ETag": etag(channel.version)}
    return await once.answer(_shown(house, channel), headers=headers)


@router.get(
    "/channels/{channel_id}", summary="Lire un canal", response_description="Le canal.", responses=refusals(NotFound)
)
async def read_channel(
    channel_id: ChannelInPath, house: House, session: Reading, fresh: Fresh, caller: Administrator
) -> ChannelOut:
    """Donne un canal, son état et l'adresse à laisser au fournisseur."""
    channel = await house.channels.known(session, caller.tenant_id, channel_id)
    if channel.health.removed_at is not None:
        raise NotFound
    if isinstance(channel, Channel):
        fresh.at(channel.version)
    return _shown(house, channel)


@router.patch(
    "/channels/{channel_id}",
    summary="Changer un canal",
    response_description="Le canal.",
    responses=refusals(NotFound, ChannelUnusable, LiveTestFailed, TooManyRequests),
    dependencies=[fresh()],
)
async def change_channel(
    channel_id: ChannelInPath,
    change: ChannelChange,
    tried: TriedChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> ChannelOut:
    """Change le nom, l'état ou les réglages ; avec `test=true`, les réglages sont d'abord essayés chez le fournisseur."""
    channel = await house.channels.living(session, caller.tenant_id, channel_id)
    require_version(channel.version, expected=expected)
    changed = await house.channels.change(
        session,
        channel,
        version=expected,
        name=change.name,
        state=change.state.value if change.state else None,
        config=change.config,
        also=(expiry(channel.credentials_expire_at, change.credentials_expire_at) if change.sets_expiry else {})
        | ({"state_reason": " ".join(change.reason.split())} if change.reason else {}),
    )
    if tried is not None:
        await house.care.keep(session, changed, tried, actor=actor_of(caller))
        changed = await house.channels.get(session, caller.tenant_id, channel_id)
    why = {"reason": change.reason} if change.reason else {}
    await keep_sight(
        house, session, caller, "channel.changed", channel_id, fields=sorted(change.model_fields_set), **why
    )
    response.headers["ETag"] = etag(changed.version)
    return _shown(house, changed)


@router.delete(
    "/channels/{channel_id}",
    status_code=204,
    summary="Retirer un canal",
    response_description="Retiré.",
    responses=refusals(NotFound, ChannelUnusable, StillLeaving),
    dependencies=[fresh()],
)
async def remove_channel(
    channel_id: ChannelInPath, house: House, session: Writing, expected: Expected, caller: Administrator
) -> Response:
    """Ferme la porte d'un canal et détruit ses secrets ; ce qu'il a reçu et envoyé reste. Refusé tant que des messages attendent d'en partir."""
    channel = await house.channels.living(session, caller.tenant_id, channel_id)
    require_version(channel.version, expected=expected)
    if await waiting(session, caller.tenant_id, channel_id):
        raise StillLeaving
    await house.channels.remove(session, channel, version=expected)
    await keep_sight(house, session, caller, "channel.removed", channel_id, type=channel.type)
    return Response(status_code=204)


@router.post(
    "/channels/{channel_id}/tests",
    summary="Tester un canal",
    response_description="Ce que le test a trouvé.",
    responses=refusals(NotFound, ChannelUnusable, NoLiveTest, TooManyRequests),
)
async def test_channel(channel_id: ChannelInPath, house: House, caller: Administrator) -> CheckOut:
    """Essaie la connexion au fournisseur, maintenant, sans rien envoyer ; le résultat est gardé sur le canal."""
    # The provider may be slow: no transaction waits for it.
    checked = await house.care.test(caller.tenant_id, channel_id, actor=actor_of(caller))
    return CheckOut(
        ok=checked.ok,
        state=checked.state,
        words=checked.words_fr,
        words_en=checked.words_en,
        detail=checked.detail,
        checked_at=house.clock(),
    )


@router.post(
    "/channels/{channel_id}/reauthentications",
    status_code=201,
    response_model=ChannelOut,
    summary="Reconnecter un canal",
    response_description="Le canal, de nouveau actif.",
    responses=refusals(NotFound, ChannelUnusable, LiveTestFailed, TooManyRequests),
    dependencies=[fresh()],
)
async def reauthenticate_channel(
    channel_id: ChannelInPath,
    renewal: Reauthentication,
    tried: TriedRenewal,
    house: House,
    session: Writing,
    once: Once,
    expected: Expected,
    caller: Administrator,
) -> Any:
    """Remplace les clés qu'un fournisseur refuse, les essaie, et fait partir ce qui attendait."""
    channel = await house.channels.living(session, caller.tenant_id, channel_id)
    require_version(channel.version, expected=expected)
    changed = await house.care.renew(
        session,
        channel,
        version=expected,
        config=house.channels.superseding(channel, renewal.config) if renewal.keep_previous else renewal.config,
        ends=renewal.credentials_expire_at,
        checked=tried,
        actor=actor_of(caller),
    )
    await keep_sight(house, session, caller, "channel.reauthenticated", channel_id, fields=sorted(renewal.config))
    return await once.answer(_shown(house, changed), headers={"ETag": etag(changed.version)})


@router.get(
    "/channel-types",
    summary="Lister les types de canal",
    response_description="Tous, en une page.",
    dependencies=[require("channels:admin")],
)
async def list_channel_types(house: House) -> Page[ChannelTypeOut]:
    """Donne les types installés, ceux d'autres paquets compris, et le schéma de leurs réglages."""
    described = await asyncio.to_thread(house.channels.registry.describe)
    return Page[ChannelTypeOut](data=[ChannelTypeOut.of(line) for line in described], next_cursor=None)


def _shown(house: ApiHouse, channel: Channel | Unopened) -> ChannelOut:
    if isinstance(channel, Unopened):
        return ChannelOut.of_unopened(channel)
    adapter = house.channels.registry.get(channel.type)
    return ChannelOut.of(channel, adapter=adapter, base_url=house.base_url, now=house.clock())
