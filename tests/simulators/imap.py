"""An IMAP server on the loopback that does as it is told (RFC 9051): it hangs up, lies, refuses, or is made again."""

import asyncio
import base64
import re
from bisect import bisect_left
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_TOKEN = re.compile(r"^user=[^\x01]+\x01auth=Bearer ([^\x01]+)\x01\x01$")
CHALLENGE = "eyJzdGF0dXMiOiI0MDEifQ=="  # {"status":"401"}


@dataclass(slots=True)
class Mail:
    raw: bytes
    dated: str = "02-Mar-2026 09:00:00 +0000"
    flags: set[str] = field(default_factory=set)


@dataclass
class Mailbox:
    """One account with its folders. What it suffers is set beforehand; what was said to it stays in `heard`."""

    folders: dict[str, dict[int, Mail]] = field(default_factory=lambda: {"INBOX": {}})
    uidvalidity: int = 7
    powers: str = "IMAP4rev1 IDLE MOVE UIDPLUS AUTH=XOAUTH2"
    tokens: set[str] = field(default_factory=set)
    greeting: str = "* OK here"
    login: str = "OK done"  # the answer to LOGIN
    select: str = "OK done"
    hangs_up_on: set[int] = field(default_factory=set)  # UIDs in the middle of whose body it hangs up
    hangs_up_times: int = 10**6
    expunged_meanwhile: set[int] = field(default_factory=set)  # UIDs somebody deletes while their bodies are asked for
    literal: Callable[[int], int] = lambda size: size  # what it says a body weighs
    says_next: bool = True
    next_uid: int | None = None
    forgets_idlers: bool = False  # as a firewall that lost the connection: no word, no goodbye
    connections: int = 0
    heard: list[str] = field(default_factory=list)

    def put(self, *raws: bytes, folder: str = "INBOX", dated: str = "02-Mar-2026 09:00:00 +0000") -> None:
        held = self.folders.setdefault(folder, {})
        for raw in raws:
            held[max(held, default=0) + 1] = Mail(raw, dated)

    @asynccontextmanager
    async def served(self) -> AsyncIterator[int]:
        """Serves until left; yields the port."""
        server = await asyncio.start_server(self._client, "127.0.0.1", 0)
        try:
            yield int(server.sockets[0].getsockname()[1])
        finally:
            server.close()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            await _Session(self, reader, writer).run()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


class _HangUp(ConnectionError):
    pass


class _Session:
    def __init__(self, box: Mailbox, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._box, self._reader, self._writer = box, reader, writer
        self._folder = "INBOX"
        self._order: list[int] = []

    async def run(self) -> None:
        self._say(self._box.greeting)
        while line := await self._line():
            tag, _, rest = line.partition(" ")
            words = rest.split(" ")
            if words[0].upper() == "UID":
                words = [f"UID {words[1].upper()}", *words[2:]]
            self._box.heard.append(" ".join(words))
            await self._answer(tag, words[0].upper(), words[1:])
            await self._writer.drain()
            if words[0].upper() == "LOGOUT":
                return

    async def _answer(self, tag: str, command: str, words: list[str]) -> None:
        asked = getattr(self, "on_" + command.lower().replace(" ", "_"), None)
        done = await asked(words) if asked else "BAD unknown"
        self._say(f"{tag} {done or 'OK done'}")

    async def on_capability(self, _: list[str]) -> None:
        self._say(f"* CAPABILITY {self._box.powers}")

    async def on_noop(self, _: list[str]) -> None:
        pass

    async def on_logout(self, _: list[str]) -> None:
        self._say("* BYE")

    async def on_login(self, _: list[str]) -> str:
        return self._box.login

    async def on_select(self, words: list[str]) -> str:
        return self._selected(words)

    on_examine = on_select

    async def on_list(self, words: list[str]) -> None:
        for name in self._box.folders:
            if words[-1].strip('"') in {"*", name}:
                self._say(f'* LIST (\\HasNoChildren) "/" "{name}"')

    async def on_create(self, words: list[str]) -> None:
        self._box.folders.setdefault(words[0].strip('"'), {})

    async def on_uid_search(self, words: list[str]) -> None:
        low, _, high = words[1].partition(":")
        top = 2**32 if high == "*" else int(high)
        found = [uid for uid in sorted(self._mails) if int(low) <= uid <= top]
        if high == "*" and not found:
            found = sorted(self._mails)[-1:]  # `n:*` names the newest, whatever n
        self._say("* SEARCH" + "".join(f" {uid}" for uid in found))

    async def on_uid_fetch(self, words: list[str]) -> None:
        await self._fetched(_numbers(words[0]), " ".join(words[1:]))

    async def on_uid_store(self, words: list[str]) -> None:
        for uid in _numbers(words[0]):
            self._mails[uid].flags |= {words[2].strip("()")}

    async def on_uid_copy(self, words: list[str]) -> None:
        self._copied(_numbers(words[0]), words[1].strip('"'), gone=False)

    async def on_uid_move(self, words: list[str]) -> None:
        self._copied(_numbers(words[0]), words[1].strip('"'), gone=True)

    async def on_uid_expunge(self, words: list[str]) -> None:
        for uid in _numbers(words[0]):
            self._mails.pop(uid)

    async def on_idle(self, _: list[str]) -> None:
        self._say("+ idling")
        await self._writer.drain()
        while self._box.forgets_idlers and await self._line():
            pass
        await self._line()

    @property
    def _mails(self) -> dict[int, Mail]:
        return self._box.folders[self._folder]

    async def on_authenticate(self, _: list[str]) -> str:
        self._say("+ ")
        await self._writer.drain()
        told = base64.b64decode(await self._line()).decode()
        given = _TOKEN.match(told)
        if given and given[1] in self._box.tokens:
            return "OK done"
        self._say(f"+ {CHALLENGE}")
        await self._writer.drain()
        self._box.heard.append(f"challenge answered by {await self._line()!r}")
        return "NO [AUTHENTICATIONFAILED] no"

    def _selected(self, words: list[str]) -> str:
        name = " ".join(words).strip('"')
        if name not in self._box.folders:
            return "NO [NONEXISTENT] no such mailbox"
        self._folder = name
        self._say(f"* {len(self._mails)} EXISTS")
        self._say(f"* OK [UIDVALIDITY {self._box.uidvalidity}] valid")
        if self._box.says_next:
            self._say(f"* OK [UIDNEXT {self._box.next_uid or max(self._mails, default=0) + 1}] next")
        return self._box.select

    async def _fetched(self, uids: list[int], what: str) -> None:
        if len(self._order) != len(self._mails):
            self._order = sorted(self._mails)
        for uid in sorted(set(uids) & self._mails.keys()):
            mail, number = self._mails[uid], bisect_left(self._order, uid) + 1
            if "RFC822.SIZE" in what:
                self._say(f'* {number} FETCH (UID {uid} RFC822.SIZE {len(mail.raw)} INTERNALDATE "{mail.dated}")')
                continue
            if uid in self._box.expunged_meanwhile:
                self._mails.pop(uid)
                self._say(f"* {number} EXPUNGE")
                continue
            body = mail.raw if "HEADER" not in what else mail.raw.partition(b"\r\n\r\n")[0] + b"\r\n\r\n"
            self._say(f"* {number} FETCH (UID {uid} BODY[] {{{self._box.literal(len(body))}}}")
            if uid in self._box.hangs_up_on and self._box.hangs_up_times > 0:
                self._box.hangs_up_times -= 1
                self._writer.write(body[: len(body) // 2])
                await self._writer.drain()
                raise _HangUp
            self._writer.write(body + b")\r\n")

    def _copied(self, uids: list[int], folder: str, *, gone: bool) -> None:
        for uid in uids:
            self._box.put(self._mails[uid].raw, folder=folder)
            if gone:
                self._mails.pop(uid)

    def _say(self, line: str) -> None:
        self._writer.write(line.encode() + b"\r\n")

    async def _line(self) -> str:
        return (await self._reader.readline()).decode().rstrip("\r\n")


def _numbers(uids: str) -> list[int]:
    return [int(one) for one in uids.split(",")]
