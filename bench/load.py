"""A load of HTTP requests: plain sockets in threads, so that it costs little itself."""

import itertools
import socket
import threading
import time
from typing import NamedTuple
from urllib.parse import urlsplit


class Rate(NamedTuple):
    """Requests a second, median and 99th percentile in ms, bytes an answer."""

    req_s: float
    p50: float
    p99: float
    size: float


def load(url, method="GET", body=None, headers=None, seconds=5, clients=8, warm=20):
    """Send requests from `clients` connections for some seconds and return the Rate.

    `url` and `body` may be functions of the request's number, to vary them. An answer
    of 400 and above ends the run: a fast error is no result.
    """
    build = _builder(url, method, body, headers or {})
    origin = urlsplit(url(0) if callable(url) else url)
    address = (origin.hostname, origin.port)
    connection = _Connection(address)
    for _request in range(warm):
        connection.exchange(build())
    clients = [_Client(address, build, seconds) for _number in range(clients)]
    start = time.perf_counter()
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    elapsed = time.perf_counter() - start
    for client in clients:
        if client.error:
            raise client.error
    times = sorted(itertools.chain.from_iterable(client.times for client in clients))
    size = sum(client.size for client in clients) / len(times)
    return Rate(
        len(times) / elapsed,
        times[len(times) // 2] * 1000,
        times[min(len(times) - 1, len(times) * 99 // 100)] * 1000,
        size,
    )


def _builder(url, method, body, headers):
    """Return a function that builds the next request."""
    numbers = itertools.count()

    def build():
        number = next(numbers)
        target = urlsplit(url(number) if callable(url) else url)
        content = (body(number) if callable(body) else body) or b""
        content = content.encode() if isinstance(content, str) else content
        lines = {"Host": target.netloc, "Content-Length": len(content), **headers}
        path = target.path + (f"?{target.query}" if target.query else "")
        head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
        return f"{method} {path} HTTP/1.1\r\n{head}\r\n".encode() + content

    return build


class _Client(threading.Thread):
    def __init__(self, address, build, seconds):
        super().__init__(daemon=True)
        self.connection = _Connection(address)
        self.build = build
        self.seconds = seconds
        self.times = []
        self.size = 0
        self.error = None

    def run(self):
        end = time.perf_counter() + self.seconds
        try:
            while (start := time.perf_counter()) < end:
                request = self.build()
                self.size += self.connection.exchange(request)
                self.times.append(time.perf_counter() - start)
        except (OSError, ValueError) as error:
            self.error = error


class _Connection:
    """One connection, kept alive where the server allows it."""

    def __init__(self, address):
        self.address = address
        self.socket = None

    def exchange(self, request):
        """Send a request and return the size of the answer's body."""
        if self.socket is None:
            self.socket = socket.create_connection(self.address, timeout=120)
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.sendall(request)
        head, rest = self._read_head()
        status = int(head[9:12])
        if status >= 400:
            body = rest + self.socket.recv(4096)
            raise ValueError(f"HTTP {status}: {(head + body)[:600]!r}")
        return self._read_body(head.lower(), rest)

    def _read_head(self):
        data = b""
        while b"\r\n\r\n" not in data:
            chunk = self.socket.recv(65536)
            if not chunk:
                raise ConnectionError(f"the server closed after {data[:200]!r}")
            data += chunk
        head, _separator, rest = data.partition(b"\r\n\r\n")
        return head, rest

    def _read_body(self, head, rest):
        close = head.startswith(b"http/1.0") or b"\r\nconnection: close" in head
        length = None
        for line in head.split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line[15:])
        size = len(rest)
        while length is None or size < length:
            chunk = self.socket.recv(65536)
            if not chunk:
                break
            size += len(chunk)
        if close or length is None:
            self.socket.close()
            self.socket = None
        return size
