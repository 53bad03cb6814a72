"""A network that is slow: everything between the browser and the server arrives later."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def delayed(url: str, seconds: float) -> Iterator[str]:
    """The address at which the server of `url` answers with so much delay in each direction."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(_listen(url, seconds), loop).result()
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    asyncio.run_coroutine_threadsafe(_end(server), loop).result()
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


async def _listen(url: str, seconds: float) -> asyncio.Server:
    host, port = urlsplit(url).hostname, urlsplit(url).port

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        await asyncio.gather(_carry(reader, back, seconds), _carry(there, writer, seconds))

    return await asyncio.start_server(connected, "127.0.0.1", 0)


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float) -> None:
    """Pass on what comes, each piece so many seconds after it came, in order."""
    pieces: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()
    clock = asyncio.get_running_loop().time

    async def deliver() -> None:
        while True:
            due, piece = await pieces.get()
            await asyncio.sleep(due - clock())
            if not piece:
                return writer.close()
            writer.write(piece)

    delivery = asyncio.create_task(deliver())
    with suppress(OSError):
        while piece := await reader.read(65_536):
            pieces.put_nowait((clock() + seconds, piece))
    pieces.put_nowait((clock() + seconds, b""))
    with suppress(OSError):
        await delivery


async def _end(server: asyncio.Server) -> None:
    server.close()
    others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
