import logging
import os
import time
import traceback
from collections import Counter
from datetime import timedelta
from random import Random
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..models.serial_api_quota_mixin import SerialApiQuotaMixin
from .fuzz import STARTS, Fuzzer
from .rights import QUIET, RightsCase
from .wsgi import WsgiCase

_logger = logging.getLogger(__name__)

# SERIAL_DOSSIER_FUZZ=2000 sends fewer, SERIAL_DOSSIER_FUZZ_SEED others.
COUNT = int(os.environ.get("SERIAL_DOSSIER_FUZZ", "10000"))
SEED = os.environ.get("SERIAL_DOSSIER_FUZZ_SEED", "20260302")
SECONDS = 10
LARGEST = 2_000_000


@tagged("post_install", "-at_install")
class TestFuzz(RightsCase, WsgiCase):
    """Whatever is sent to whatever route: an answer, in time, that shows no insides."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*QUIET))
        # A key that is refused for its quota would be asked nothing more.
        for name in ("_admit", "_charge_misses"):
            self.startPatcher(
                patch.object(SerialApiQuotaMixin, name, lambda *args, **kwargs: None)
            )
        self.keep_errors()
        self.sids = {
            role: self.open_session(f"serial_{role}")
            for role in ("tier1", "tier2", "nobody", "manager")
        }

    def keep_errors(self):
        """Keep the last error, to tell where it came from."""
        ir_http, self.error = self.env.registry["ir.http"], None
        handle = ir_http._handle_error

        def keep(error):
            self.error = error
            return handle(error)

        self.startPatcher(patch.object(ir_http, "_handle_error", keep))

    def tell_error(self):
        """Return where the last error came from."""
        return self.error and "".join(traceback.format_exception(self.error)[-4:])

    def make_fuzzer(self):
        """Return the maker of requests to every route of ours."""
        rules = [
            (rule.rule, frozenset(rule.methods or ()) - {"HEAD", "OPTIONS"})
            for rule in self.env["ir.http"].routing_map().iter_rules()
            if rule.rule.startswith(STARTS)
        ]
        good = [1, "jd", "CNY", self.product.barcode or "9520123450014"]
        for belongings in self.belongings.values():
            for records in belongings.values():
                good += records.ids[:2]
            good += belongings["stock.lot"].mapped("scan_code")
            good += belongings["stock.lot"].mapped("name")
        good += self.make_tradein_tokens()
        tokens = {role: self.get_csrf_token(sid) for role, sid in self.sids.items()}
        keys = [*[self.make_key()] * 6, *self.tokens.values(), "x" * 40]
        return Fuzzer(Random(SEED), sorted(rules, key=str), good, keys, tokens)

    def make_tradein_tokens(self):
        """Return a quote of a unit nobody claims, and links of claims."""
        lot = self.ship(1, self.consumer)
        self._activate(lot)
        quote = self.env["serial.tradein"]._get_quote(lot)["quote"]
        claims = self.env["serial.tradein"].union(
            *(belongings["serial.tradein"] for belongings in self.belongings.values())
        )
        return [quote, *(claim._get_path().rpartition("/")[2] for claim in claims)]

    def make_key(self):
        """Return a key of the brand for every call."""
        end = fields.Datetime.now() + timedelta(days=30)
        keys = self.env["serial.api.key"].with_user(self.manager)
        return keys._generate("All", self.user, end)

    def test_nothing_that_is_sent_breaks_a_route(self):
        fuzzer, statuses, slowest = self.make_fuzzer(), Counter(), 0
        begin, broken = time.monotonic(), []
        for number in range(COUNT):
            attempt, self.error = fuzzer.make(), None
            # Who guesses has to wait: most of this is to be heard.
            self.address = f"10.{number >> 8 & 255}.{number & 255}.1"
            start = time.monotonic()
            answer = self.call(*attempt[:4], sid=self.sids.get(attempt.role))
            taken = time.monotonic() - start
            slowest = max(slowest, taken)
            statuses[answer.status] += 1
            if not self.is_decent(answer) or taken > SECONDS:
                broken.append(f"{number}: {attempt}\n{self.tell_error()}"[-3000:])
        _logger.info(
            "%s requests in %.0f s, the slowest %.2f s; statuses %s",
            COUNT,
            time.monotonic() - begin,
            slowest,
            dict(sorted(statuses.items())),
        )
        self.assertFalse(broken, "\n\n".join(broken[:10]))
        self.assertGreater(statuses[200], COUNT / 10, "nothing gets through")

    def is_decent(self, answer):
        """Tell whether an answer is no failure and shows no insides."""
        is_short = len(answer.body) < LARGEST
        shows = "Traceback (most recent" in answer.text
        return answer.status < 500 and is_short and not shows
