"""How long a provider lets us answer after somebody's last message."""

from app.channels.contract import Capabilities


def reply_hours(capabilities: Capabilities, *, human: bool) -> int | None:
    """Returns the hours one may answer, None without a limit; some providers leave a person longer than a machine."""
    if human and capabilities.human_window_hours is not None:
        return capabilities.human_window_hours
    return capabilities.reply_window_hours
