"""A client that uses little processor time, so that a figure is the server's: it sends prepared requests over open
connections.
"""

import asyncio
import time
from collections.abc import Sequence


def prepared(method: str, path: str, body: bytes = b"") -> bytes:
    """A whole HTTP/1.1 request."""
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n"
    return (head + "Content-Type: application/json\r\n\r\n").encode() + body


async def answers_a_second(port: int, requests: Sequence[bytes], *, connections: int, seconds: float) -> float:
    """The number of answers a second. Each connection sends the next of ``requests`` as soon as it has its answer.

    Raises ``RuntimeError`` for an answer other than 200.
    """
    began = time.perf_counter()
    counts = await asyncio.gather(*(_one(port, requests, began + seconds) for _ in range(connections)))
    return sum(counts) / (time.perf_counter() - began)


async def _one(port: int, requests: Sequence[bytes], until: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answered = 0
    try:
        while time.perf_counter() < until:
            writer.write(requests[answered % len(requests)])
            await _answer(reader)
            answered += 1
    finally:
        writer.close()
    return answered


async def _answer(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 200 "):
        raise RuntimeError(f"answered {head.splitlines()[0].decode()}")
    fields = dict(line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    return await reader.readexactly(int(fields[b"content-length"]))
