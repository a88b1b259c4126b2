"""What Messenger and Instagram have in common: one envelope, one way in, one way out.

Source: developers.facebook.com/docs/messenger-platform. Only the name of the object, the host and the words around
comments differ.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import quote

from app.channels.adapters.meta import envelope, graph, media, messaging, probing, replying, subscribing
from app.channels.contract import (
    Attachment,
    ChannelConfig,
    Checked,
    Context,
    Delivery,
    Event,
    Handshake,
    Outcome,
    PointKind,
    Rendered,
    SendRequest,
    Sent,
    Verdict,
)
from app.channels.errors import Unreadable


class ConversationAdapter:
    """Conversations and comments of one or several accounts of an application."""

    spoken_of: ClassVar[str]  # the `object` of its deliveries
    kind: ClassVar[PointKind]
    edge: ClassVar[str]  # the list of replies under a comment
    subscribed: ClassVar[str]  # what Meta is asked to tell of an account

    def host(self, config: ChannelConfig) -> str:
        raise NotImplementedError

    def account(self, config: ChannelConfig) -> str | None:
        raise NotImplementedError

    def change(self, field: str, value: Mapping[str, object], *, account: str | None) -> Event:
        raise NotImplementedError

    def handshake(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Handshake | None:  # noqa: ARG002
        return envelope.handshake(delivery, own(config))

    def verify(self, delivery: Delivery, config: ChannelConfig, *, now: datetime) -> Verdict:
        return envelope.verify(delivery, own(config), now=now)

    def parse(self, delivery: Delivery, config: ChannelConfig) -> Sequence[Event]:  # noqa: ARG002
        what, entries = envelope.entries(delivery)
        ours = what == self.spoken_of
        found = [event for account, entry in entries for event in self._entry(entry, account)] if ours else []
        return found or [envelope.nothing_for(delivery, what)]

    def render(self, request: SendRequest, config: ChannelConfig) -> Rendered:
        return self._rendered(request, config, human_agent=False)

    async def send(self, request: SendRequest, config: ChannelConfig, context: Context) -> Sent:
        """Answers as a plain response; an agent's words refused after 24 hours are tried once more as such.

        The first refusal is certain, so the second call doubles nothing. An automatic text never takes the seven days.
        """
        mine = own(config)
        token, host = mine.access_token, self.host(config)
        if token is None or not request.to.address:
            return Sent(outcome=Outcome.CONFIG, detail="an access token and a person are needed")
        try:
            rendered = self.render(request, config)
        except Unreadable as refusal:
            return Sent(outcome=Outcome.PERMANENT, detail=str(refusal))
        ids = (("id",),) if request.public else (("message_id",),)
        sent, _ = await graph.call(rendered, token, context, host=host, judge=graph.by_code, ids=ids)
        closed = sent.outcome is Outcome.WINDOW_CLOSED
        if closed and mine.human_agent and replying.may_take_seven_days(request):
            tagged = self._rendered(request, config, human_agent=True)
            sent, _ = await graph.call(tagged, token, context, host=host, judge=graph.by_code, ids=ids)
        return sent

    async def fetch(self, attachment: Attachment, config: ChannelConfig, context: Context) -> bytes:  # noqa: ARG002
        return await media.fetch_public(attachment, context)

    async def check(self, config: ChannelConfig, context: Context) -> Checked:
        mine = own(config)
        return await probing.check_page(mine.access_token, context, host=self.host(config), version=mine.graph_version)

    async def on_enable(self, config: ChannelConfig, context: Context, *, public_url: str) -> Checked:
        """Subscribes the application to the account whose token this is."""
        mine = own(config)
        return await subscribing.subscribe(
            "me",
            mine.access_token,
            context,
            host=self.host(config),
            version=mine.graph_version,
            asking={"subscribed_fields": self.subscribed},
            typed_once=public_url,
        )

    async def on_disable(self, config: ChannelConfig, context: Context) -> Checked:
        mine = own(config)
        return await subscribing.unsubscribe(
            "me", mine.access_token, context, host=self.host(config), version=mine.graph_version
        )

    def _rendered(self, request: SendRequest, config: ChannelConfig, *, human_agent: bool) -> Rendered:
        account = quote(request.account or self.account(config) or "me", safe="")
        root = f"https://{self.host(config)}/{own(config).graph_version}"
        return replying.rendered(request, root=root, account=account, edge=self.edge, human_agent=human_agent)

    def _entry(self, entry: Mapping[str, object], account: str | None) -> Iterator[Event]:
        yield from messaging.of_entry(entry, kind=self.kind, account=account)
        for field, value in envelope.values_of(entry):
            if isinstance(value.get("sender"), dict) and field.startswith("messag"):
                yield from messaging.events(messaging.Element(value, self.kind, account))
            else:
                yield self.change(field, value, account=account)


def own(config: ChannelConfig) -> envelope.MetaConfig:
    assert isinstance(config, envelope.MetaConfig)
    return config
