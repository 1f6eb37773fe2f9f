import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from unittest.mock import patch

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name
from odoo.tools import config, mute_logger

QUIET = ("odoo.sql_db", "odoo.service.model")


class RaceCase(BaseCase):
    """Real transactions: what these tests write stays in the throw-away database."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.registry = Registry(get_db_name())
        # A request that failed to serialise waits a second or two before it runs again.
        cls.startClassPatcher(patch("odoo.service.model.random.uniform", lambda *_: 0))

    def run_in_transaction(self, function, uid=SUPERUSER_ID):
        """Run `function(env)` in a transaction of its own, retried as a request is."""
        with self.registry.cursor() as cr:
            env = api.Environment(cr, uid, {})
            return retrying(lambda: function(env), env)

    def run_at_once(self, *functions, users=()):
        """Run functions of an env, each in a transaction and thread of its own; return
        what they return, or why they were refused."""

        def run(function, uid):
            try:
                return self.run_in_transaction(function, uid)
            except UserError as error:
                return str(error)

        users = users or [SUPERUSER_ID] * len(functions)
        with mute_logger(*QUIET), ThreadPoolExecutor(len(functions)) as pool:
            return list(pool.map(run, functions, users))

    def race(self, *functions, users=()):
        """Run functions at once, all of which see what was there before."""
        barrier = threading.Barrier(len(functions), timeout=60)

        def see_first(function):
            met = []

            def run(env):
                if not met:
                    # From here on this is what the transaction sees.
                    env.cr.execute("SELECT count(*) FROM serial_scheme")
                    met.append(barrier.wait())
                return function(env)

            return run

        return self.run_at_once(*map(see_first, functions), users=users)

    def race_at(self, model, method, *functions, is_after=False):
        """Run functions at once, that meet at a method of a class before they go on.

        :param is_after: whether they have called it when they meet
        """
        barrier = threading.Barrier(len(functions), timeout=30)
        original, met = getattr(model, method), threading.local()

        def meet(*args, **kwargs):
            found = original(*args, **kwargs) if is_after else None
            if not getattr(met, "once", False):
                met.once = True
                barrier.wait()
            return found if is_after else original(*args, **kwargs)

        with patch.object(model, method, meet):
            return self.run_at_once(*functions)

    def make_product(self, env, **values):
        """Return a new product whose units are coded."""
        return env["product.product"].create(
            {
                "name": "Raced",
                "is_storable": True,
                "tracking": "serial",
                "serial_scheme_id": env["serial.scheme"].create({"name": "Raced"}).id,
                **values,
            }
        )

    def make_lots(self, env, count=1, **values):
        """Return new units of a new product."""
        product = self.make_product(env, **values)
        batch = env["serial.batch"].create(
            {"product_id": product.id, "quantity": count}
        )
        batch.action_mint()
        return env["stock.lot"].search([("serial_batch_id", "=", batch.id)])

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
