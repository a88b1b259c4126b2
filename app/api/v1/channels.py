"""Channels: what is installed, what is connected, and how; secrets go in and never come out."""

import asyncio
from typing import Annotated, Any

from fastapi import APIRouter, Response

from app.api.acting import keep_sight
from app.api.house import ApiHouse, House
from app.api.v1.paths import ChannelInPath
from app.channels.schemas import ChannelChange, ChannelOut, ChannelTypeOut, NewChannel
from app.channels.unusable import ChannelUnusable
from app.channels.values import Channel, Unopened
from app.errors import Conflict, NotFound
from app.ids import Prefix, public_id
from app.rest.access import require
from app.rest.callers import Caller
from app.rest.cursors import Position
from app.rest.etags import Expected, Fresh, etag, require_version
from app.rest.idempotency import Once
from app.rest.json_body import StrictRoute
from app.rest.pages import Asked, Page
from app.rest.responses import refusals
from app.rest.transactions import Reading, Writing

router = APIRouter(tags=["channels"], route_class=StrictRoute)
Administrator = Annotated[Caller, require("channels:admin")]


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
    responses=refusals(Conflict),
)
async def connect_channel(new: NewChannel, house: House, session: Writing, once: Once, caller: Administrator) -> Any:
    """Branche un canal, après que son type a vérifié ses réglages."""
    channel = await house.channels.connect(
        session, caller.tenant_id, type=new.type, name=new.name, address=new.address, config=new.config
    )
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
    if isinstance(channel, Channel):
        fresh.at(channel.version)
    return _shown(house, channel)


@router.patch(
    "/channels/{channel_id}",
    summary="Changer un canal",
    response_description="Le canal.",
    responses=refusals(NotFound, ChannelUnusable),
)
async def change_channel(
    channel_id: ChannelInPath,
    change: ChannelChange,
    response: Response,
    house: House,
    session: Writing,
    expected: Expected,
    caller: Administrator,
) -> ChannelOut:
    """Change le nom, l'état ou les réglages ; une clé révoquée chez un fournisseur se remplace ici."""
    channel = await house.channels.get(session, caller.tenant_id, channel_id)
    require_version(channel.version, expected=expected)
    changed = await house.channels.change(
        session,
        channel,
        version=expected,
        name=change.name,
        state=change.state.value if change.state else None,
        config=change.config,
    )
    await keep_sight(house, session, caller, "channel.changed", channel_id, fields=sorted(change.model_fields_set))
    response.headers["ETag"] = etag(changed.version)
    return _shown(house, changed)


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
    return ChannelOut.of(channel, adapter=adapter, base_url=house.base_url)
