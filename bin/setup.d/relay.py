"""One address for Odoo's workers and its websockets, as behind a web server.

    relay.py PORT HTTP_PORT WEBSOCKET_PORT COMMAND...

Runs the command (Odoo) and passes connections on, unchanged: Odoo's workers close
each after one answer, so the first line of a connection tells where it belongs.
"""

import asyncio
import contextlib
import signal
import sys


async def pump(reader, writer):
    """Copy one direction until it ends."""
    with contextlib.suppress(ConnectionError, OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
        if writer.can_write_eof():
            writer.write_eof()


async def relay(reader, writer, http_port, websocket_port):
    """Pass one connection on."""
    upstream = None
    with contextlib.suppress(ConnectionError, OSError, asyncio.IncompleteReadError):
        first = await reader.readuntil(b"\n")
        is_websocket = b" /websocket" in first
        port = websocket_port if is_websocket else http_port
        from_odoo, upstream = await asyncio.open_connection("127.0.0.1", port)
        upstream.write(first)
        back = asyncio.create_task(pump(from_odoo, writer))
        there = asyncio.create_task(pump(reader, upstream))
        await back
        there.cancel()
    for stream in (upstream, writer):
        if stream:
            stream.close()


async def main(port, http_port, websocket_port, *command):
    """Run the command and relay until it ends."""
    process = await asyncio.create_subprocess_exec(*command)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, process.terminate)

    async def accept(reader, writer):
        await relay(reader, writer, int(http_port), int(websocket_port))

    async with await asyncio.start_server(accept, "127.0.0.1", int(port), limit=2**20):
        return await process.wait()


if __name__ == "__main__":
    sys.exit(asyncio.run(main(*sys.argv[1:])))
