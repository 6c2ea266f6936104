"""A mail server: takes mail, at once or slowly, refuses it, hangs, or loses its last answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import Message

from fakes.plan import Plan


class Mailbox:
    """``got`` are (receiver, mail) in the order in which they were taken. Each mail is a `data`."""

    def __init__(self) -> None:
        self.got: list[tuple[str, Message]] = []
        self.slow = 0.0
        self.plan = Plan()
        self.port = 0

    def url(self, *receivers: str) -> str:
        to = ",".join(receivers)
        return f"mailto://127.0.0.1:{self.port}?from=sitrep@example.com&to={to}&mode=insecure"

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._talk(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        to = ""
        writer.write(b"220 fake\r\n")
        while line := await reader.readline():
            word, _, rest = line.decode().strip().partition(" ")
            fault = self.plan.meet("data") if word.upper() == "DATA" else None
            if word.upper() == "RCPT":
                to = rest.partition("<")[2].rstrip(">")
            await asyncio.sleep(self.slow)
            if fault and fault.kind in ("refused", "fails"):
                writer.write(b"554 5.7.1 no\r\n" if fault.kind == "refused" else b"451 4.3.0 later\r\n")
            elif word.upper() == "DATA":
                writer.write(b"354 go on\r\n")
                mail = await reader.readuntil(b"\r\n.\r\n")
                if fault and fault.kind == "hangs":
                    await reader.read()
                self.got.append((to, message_from_bytes(mail)))
                if fault and fault.kind == "reply lost":
                    return
                writer.write(b"250 taken\r\n")
            else:
                writer.write(b"221 bye\r\n" if word.upper() == "QUIT" else b"250 fine\r\n")
            await writer.drain()


@asynccontextmanager
async def mailbox() -> AsyncIterator[Mailbox]:
    made = Mailbox()
    server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        server.close()
