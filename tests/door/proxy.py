"""Between Sitrep and its PostgreSQL: the connection breaks after a COMMIT was passed on, before its answer is."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Proxy:
    """``deaf`` is after how many more commits the next answer is lost; 0: none is."""

    host: str
    port: int
    deaf: int = 0
    lost: int = 0
    listening_at: int = 0
    tasks: "set[asyncio.Task[None]]" = field(default_factory=set)

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, onward = await asyncio.open_connection(self.host, self.port)
        silent = asyncio.Event()
        with suppress(ConnectionError):
            async with asyncio.TaskGroup() as group:
                back = group.create_task(self._answers(there, writer, silent))
                await self._asks(reader, onward, silent)
                back.cancel()
        for each in (onward, writer):
            each.close()

    async def _asks(self, reader: asyncio.StreamReader, onward: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        while (said := await reader.read(65_536)) and not silent.is_set():
            if b"COMMIT;" in said and self.deaf:
                self.deaf -= 1
                if not self.deaf:
                    self.lost += 1
                    silent.set()
            onward.write(said)
            await onward.drain()
            if silent.is_set():
                # Long enough for the server to have done it.
                await asyncio.sleep(0.05)
                return

    async def _answers(self, there: asyncio.StreamReader, writer: asyncio.StreamWriter, silent: asyncio.Event) -> None:
        while said := await there.read(65_536):
            if silent.is_set():
                return
            writer.write(said)
            await writer.drain()
        # The server has closed; whoever said goodbye waits for that.
        writer.close()


@asynccontextmanager
async def proxy(host: str, port: int) -> AsyncIterator[Proxy]:
    made = Proxy(host, port)
    server = await asyncio.start_server(made.accept, "127.0.0.1", 0)
    made.listening_at = server.sockets[0].getsockname()[1]
    yield made
    server.close()
