"""The name of an operation: method and address template, the same for every resource it serves."""

from collections.abc import MutableMapping
from typing import Any

UNKNOWN = "unknown"


def route_template(scope: MutableMapping[str, Any]) -> str:
    """Returns the address template a request matched (`/api/v1/tickets/{ticket_id}`), or `unknown`.

    Never the address itself, which may hold a citizen's token: it is safe in logs and bounded in metrics.
    """
    route = scope.get("route")
    own, form = getattr(route, "path", None), getattr(route, "path_format", None)
    if own is None or form is None:
        return UNKNOWN
    # An included router's routes know their own part only; what stands before it in the address is the prefix.
    values = {name: str(value) for name, value in scope.get("path_params", {}).items()}
    try:
        tail = str(form).format_map(values)
    except (KeyError, ValueError, IndexError):
        return str(own)
    path = str(scope.get("path", ""))
    if not path.endswith(tail):
        return str(own)
    prefix = path[: len(path) - len(tail)]
    of_prefix = {value: name for name, value in values.items() if f"{{{name}}}" not in str(form)}
    words = [f"{{{of_prefix[word]}}}" if word in of_prefix else word for word in prefix.split("/")]
    return "/".join(words) + str(own)
