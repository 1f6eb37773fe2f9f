import hashlib
import hmac
import io
import json
import threading
import time
from unittest.mock import patch
from urllib.parse import unquote_to_bytes

from odoo.http import STORED_SESSION_BYTES, root
from odoo.tests.common import TEST_CURSOR_COOKIE_NAME, HttpCase

KEY = "test_wsgi"


class Answer:
    """What the server answered: `status`, `headers` (names in lower case), `body`."""

    def __init__(self, status, headers, body):
        self.status = int(status.partition(" ")[0])
        self.headers = {name.lower(): value for name, value in headers}
        self.body = body

    @property
    def text(self):
        return self.body.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.body)


class WsgiCase(HttpCase):
    """Calls the server as a function, without a socket: some thousand requests count.

    A request runs in the test's own thread and transaction, and its errors are the
    answers that a client would get.
    """

    freeze_time = None
    address = "127.0.0.1"  # of the client

    def setUp(self):
        super().setUp()
        # The table of routes is asked for by the name of the thread's database.
        thread = vars(threading.current_thread())
        self.startPatcher(patch.dict(thread, dbname=self.env.cr.dbname))

    def open_session(self, login=None):
        """Return the cookie of a session: of a user, or of nobody."""
        self.session = None  # or logging in would end the session before
        self.authenticate(login, login)
        return self.session.sid

    def get_csrf_token(self, sid):
        """Return a token that forms of a session may be sent with."""
        secret = self.env["ir.config_parameter"].sudo().get_param("database.secret")
        until = int(time.time()) + 3600
        message = f"{sid[:STORED_SESSION_BYTES]}{until}".encode()
        digest = hmac.new(secret.encode(), message, hashlib.sha1).hexdigest()
        return f"{digest}o{until}"

    def call(self, method, target, body=b"", headers=(), sid=None):
        """Send one request; return its `Answer`.

        :param str target: the path with its query, as it stands in the request line
        """
        self.env.cr.flush()
        self.env.cr.clear()
        environ = self._get_environ(method, target, body, dict(headers))
        cookies = f"{TEST_CURSOR_COOKIE_NAME}={KEY}"
        environ["HTTP_COOKIE"] = f"{cookies}; session_id={sid}" if sid else cookies
        started = []

        def start_response(status, response_headers, _exc_info=None):
            started[:] = status, response_headers

        # The server notes on the thread what it does; the test's thread keeps its own.
        with (
            patch.object(self, "http_request_key", KEY),
            patch.dict(vars(threading.current_thread())),
        ):
            chunks = root(environ, start_response)
            try:
                content = b"".join(chunks)
            finally:
                if hasattr(chunks, "close"):
                    chunks.close()
        return Answer(*started, content)

    def _get_environ(self, method, target, body, headers):
        path, _mark, query = target.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "REQUEST_URI": target,
            "RAW_URI": target,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": str(self.http_port()),
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": self.address,
            "REMOTE_PORT": "5000",
            "HTTP_HOST": f"127.0.0.1:{self.http_port()}",
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in headers.items():
            name = name.upper().replace("-", "_")
            plain = name in ("CONTENT_TYPE", "CONTENT_LENGTH")
            environ[name if plain else f"HTTP_{name}"] = value
        return environ

    def post_json(self, target, document, sid=None, **headers):
        """Send a JSON document."""
        headers = {name.replace("_", "-"): value for name, value in headers.items()}
        headers["Content-Type"] = "application/json"
        return self.call("POST", target, json.dumps(document).encode(), headers, sid)

    def call_kw(self, sid, model, method, *args, **kwargs):
        """Call a method as the web client does; return (result, name of the error)."""
        answer = self.post_json(
            "/web/dataset/call_kw",
            {
                "jsonrpc": "2.0",
                "method": "call",
                "params": {
                    "model": model,
                    "method": method,
                    "args": args,
                    "kwargs": kwargs,
                },
            },
            sid,
        ).json()
        error = answer.get("error")
        return answer.get("result"), error and error["data"]["name"]
