"""What an adapter may raise."""


class ChannelError(Exception):
    """Root of the errors of channels; the message is for a person and holds no secret."""


class Unreadable(ChannelError):
    """The delivery cannot be understood; it is kept and shown to a person with this reason."""


class UnknownChannelType(ChannelError):
    """No installed adapter has that type."""

    def __init__(self, channel_type: str, known: list[str]) -> None:
        super().__init__(f"unknown channel type {channel_type!r}; installed: {', '.join(known)}")
        self.channel_type = channel_type


class Unfetched(ChannelError):
    """A piece could not be fetched; `retry` says whether it may come later."""

    def __init__(self, reason: str, *, retry: bool) -> None:
        super().__init__(reason)
        self.retry = retry


class CredentialsRefused(ChannelError):
    """A channel's credentials are refused: somebody must give new ones, and nobody is stormed until then.

    A stream that raises it is not tried again before. The message is what an administrator reads, in French, without a secret.
    """
