"""Takes the history of a helpdesk out of its own API into a folder that `parvis import` reads. Standard library only.

    TOKEN=… python export.py zammad    https://aide.example.fr            ./export
    TOKEN=… python export.py chatwoot  https://chat.example.fr/accounts/1 ./export
    TOKEN=… python export.py freescout https://aide.example.fr            ./export

TOKEN is an access token of the tool, of somebody who may read everything. Asked for too much (429), it waits as long as the
tool says. Run again after an interruption, it begins again; the import itself makes nothing twice.
"""

import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PAUSE_S = float(os.environ.get("PAUSE", "0.2"))  # between two questions: the tool goes on serving people
HEADERS = {
    "zammad": lambda token: {"Authorization": f"Token token={token}"},
    "chatwoot": lambda token: {"api_access_token": token},
    "freescout": lambda token: {"X-FreeScout-API-Key": token},
}


class Tool:
    """The API of one tool, asked slowly."""

    def __init__(self, kind: str, base: str, token: str) -> None:
        self.base, self._headers = base.rstrip("/"), {"Accept": "application/json", **HEADERS[kind](token)}

    def bytes(self, address: str, *, ours: bool = True) -> bytes:
        """Asks for an address; the token goes to the tool alone, not to where it keeps its files."""
        wait = PAUSE_S
        for _ in range(8):
            time.sleep(wait)
            try:
                asked = urllib.request.Request(address, headers=self._headers if ours else {})
                with urllib.request.urlopen(asked, timeout=60) as answer:
                    return answer.read()
            except urllib.error.HTTPError as error:
                if error.code not in {429, 502, 503}:
                    raise
                told = error.headers.get("Retry-After", "")
                wait = float(told) if told.isdigit() else min(max(wait, 1) * 2, 60)
        raise SystemExit(f"{address}: still refused after eight tries")

    def json(self, path: str, **query: object) -> Any:
        asked = f"?{urllib.parse.urlencode(query)}" if query else ""
        return json.loads(self.bytes(f"{self.base}{path}{asked}"))


class Out:
    """The folder: one line a conversation, pieces beside."""

    def __init__(self, folder: Path) -> None:
        (folder / "attachments").mkdir(parents=True, exist_ok=True)
        self._folder, self._lines = folder, (folder / "conversations.ndjson").open("w", encoding="utf-8")
        self.count = 0

    def line(self, document: object) -> None:
        self._lines.write(json.dumps(document, ensure_ascii=False) + "\n")
        self._lines.flush()
        self.count += 1
        print(f"\r{self.count} conversations", end="", file=sys.stderr)

    def piece(self, name: str, tool: Tool, address: str) -> None:
        place = self._folder / "attachments" / name
        if place.exists():
            return
        try:
            ours = urllib.parse.urlsplit(address).netloc == urllib.parse.urlsplit(tool.base).netloc
            place.write_bytes(tool.bytes(address, ours=ours))
        except urllib.error.URLError as error:
            print(f"\n{name}: {error}", file=sys.stderr)  # the import tells that it is missing


def zammad(tool: Tool, out: Out) -> None:
    people: dict[int, Any] = {}
    for ticket in _pages(tool, "/api/v1/tickets", expand="true", per_page=100):
        number = ticket["id"]
        articles = tool.json(f"/api/v1/ticket_articles/by_ticket/{number}", expand="true")
        for article in articles:
            for piece in article.get("attachments") or []:
                path = f"/api/v1/ticket_attachment/{number}/{article['id']}/{piece['id']}"
                out.piece(f"{number}-{article['id']}-{piece['id']}", tool, tool.base + path)
        customer = ticket.get("customer_id")
        if customer and customer not in people:
            people[customer] = tool.json(f"/api/v1/users/{customer}")
        tags = tool.json("/api/v1/tags", object="Ticket", o_id=number).get("tags", [])
        out.line({"ticket": ticket, "articles": articles, "customer_user": people.get(customer), "tags": tags})


def _pages(tool: Tool, path: str, **query: object) -> Iterator[dict[str, Any]]:
    page = 1
    while found := tool.json(path, page=page, **query):
        yield from found
        page += 1


def chatwoot(tool: Tool, out: Out) -> None:
    """The address ends with the account: `…/accounts/1`."""
    base, _, account = tool.base.rpartition("/accounts/")
    tool.base = f"{base}/api/v1/accounts/{account}"
    page = 1
    while found := tool.json("/conversations", status="all", assignee_type="all", page=page)["data"]["payload"]:
        for conversation in found:
            messages = _messages(tool, conversation["id"])
            for message in messages:
                for piece in message.get("attachments") or []:
                    if piece.get("data_url"):
                        out.piece(f"{message['id']}-{piece['id']}", tool, piece["data_url"])
            out.line({"conversation": conversation, "messages": messages})
        page += 1


def _messages(tool: Tool, conversation: int) -> list[Any]:
    """The last twenty, then those before the oldest known, until there are no more."""
    found: list[Any] = []
    before: dict[str, object] = {}
    while some := tool.json(f"/conversations/{conversation}/messages", **before)["payload"]:
        found = [*some, *found]
        before = {"before": min(one["id"] for one in some)}
    return found


def freescout(tool: Tool, out: Out) -> None:
    page, last = 1, 1
    mailboxes = {one["id"]: one for one in tool.json("/api/mailboxes")["_embedded"]["mailboxes"]}
    while page <= last:
        found = tool.json("/api/conversations", embed="threads", page=page, pageSize=50)
        for conversation in found["_embedded"]["conversations"]:
            for thread in conversation["_embedded"].get("threads", []):
                for piece in (thread.get("_embedded") or {}).get("attachments", []):
                    out.piece(f"{thread['id']}-{piece['id']}", tool, piece["fileUrl"])
            out.line({**conversation, "mailbox": mailboxes.get(conversation.get("mailboxId"))})
        last, page = found["page"]["totalPages"], page + 1


def main(arguments: list[str]) -> None:
    if len(arguments) != 3 or arguments[0] not in HEADERS:
        raise SystemExit(__doc__)
    kind, base, folder = arguments
    token = os.environ.get("TOKEN") or sys.exit("set TOKEN")
    out = Out(Path(folder))
    {"zammad": zammad, "chatwoot": chatwoot, "freescout": freescout}[kind](Tool(kind, base, str(token)), out)
    print(f"\n{folder}: {out.count} conversations", file=sys.stderr)


if __name__ == "__main__":
    main(sys.argv[1:])
