"""The mail server that takes what Parvis sends, and writes down what, to whom, in answer to what."""

import asyncio
from dataclasses import dataclass
from email.parser import BytesHeaderParser

_READER = BytesHeaderParser()


@dataclass(frozen=True, slots=True)
class Taken:
    """One mail it was handed; the same one twice is two of these."""

    message_id: str
    recipient: str
    answers: str


class MailSink:
    """A small SMTP server: it takes everything, remembers it in order, and costs little."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self._server: asyncio.Server | None = None

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._served, "127.0.0.1", 0, limit=1 << 22)
        return int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()

    async def _served(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        writer.write(b"220 sink\r\n")
        try:
            while line := (await reader.readline()).decode("latin-1").strip():
                verb = line[:4].upper()
                match verb:
                    case "RCPT":
                        recipients.append(line.partition("<")[2].partition(">")[0])
                        writer.write(b"250 2.1.5 ok\r\n")
                    case "DATA":
                        writer.write(b"354 go on\r\n")
                        content = await reader.readuntil(b"\r\n.\r\n")
                        self._take(content, recipients)
                        recipients = []
                        writer.write(b"250 2.0.0 taken\r\n")
                    case "QUIT":
                        writer.write(b"221 2.0.0 bye\r\n")
                        break
                    case _:
                        writer.write(b"250 ok\r\n")
        except (OSError, EOFError, asyncio.CancelledError):
            pass  # whoever was sending died, or the run ends
        finally:
            writer.close()

    def _take(self, content: bytes, recipients: list[str]) -> None:
        head = _READER.parsebytes(content)
        for recipient in recipients:
            self.taken.append(Taken(str(head["Message-ID"]), recipient, str(head["In-Reply-To"] or "")))
