"""Why an address is not called."""


class EgressRefused(OSError):
    """The address may not be reached from here. The message is for an administrator, and names no address found."""
