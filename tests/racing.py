import signal
import subprocess
import sys
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import config


class RaceCase(BaseCase):
    """Real transactions: what these tests write stays in the throw-away database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # A request that failed to serialise waits a second or two before it runs again.
        cls.startClassPatcher(patch("odoo.service.model.random.uniform", lambda *_: 0))

    def run_in_transaction(self, function):
        """Run `function(env)` in a transaction of its own, retried as a request is."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return retrying(lambda: function(env), env)

    def run_and_kill(self, script, said):
        """Run a script in another process of Odoo; kill it when it has said a line."""
        worker = subprocess.Popen(
            [sys.executable, "-m", "odoo", "shell", "-c", config["config"] or "",
             "-d", get_db_name(), "--log-level=critical", "--no-http"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        worker.stdin.write(script.encode())
        worker.stdin.close()
        while said.encode() not in worker.stdout.readline():
            self.assertIsNone(worker.poll(), "the worker ended too early")
        worker.send_signal(signal.SIGKILL)
        worker.wait()
        worker.stdout.close()
