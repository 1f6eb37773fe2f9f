from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..core.evidence import Observation
from ..models.serial_activation_judge_mixin import SerialActivationJudgeMixin
from ..models.serial_geoip import SerialGeoip
from .racing import RaceCase

AT_JUDGING = SerialActivationJudgeMixin, "_judge"
BEIJING = Observation("ip:a", "CN", "BJ", radius_km=20, network="fixed")


@tagged("post_install", "-at_install")
class TestActivationConcurrency(RaceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.startClassPatcher(
            patch.object(SerialGeoip, "_locate", lambda _self, _ip: [BEIJING])
        )

    def make_codes(self, count):
        """Return the codes of shipped units bound to Guangdong, committed."""

        def make(env):
            region = env["serial.channel.region"].create(
                {
                    "name": "Raced Guangdong",
                    "enforcement": "alert",
                    "state_ids": [
                        fields.Command.set(env.ref("base.state_cn_GD").ids),
                    ],
                }
            )
            lots = self.make_lots(env, count)
            lots._move_to_stage(
                "shipped", "shipped", lot_values={"channel_region_id": region.id}
            )
            return lots.mapped("scan_code")

        return self.run_in_transaction(make)

    def activate(self, codes):
        """Return a function that activates units from an address in Beijing."""
        items = [{"code": code, "ip": "114.247.50.2"} for code in codes]
        return lambda env: env["serial.activation"]._activate(items, "api")

    def read_outcome(self, codes):
        """Return (activations, alerts, kinds of events, broken chains) of units."""

        def read(env):
            lots = env["stock.lot"].search([("scan_code", "in", codes)])
            events = lots.event_ids.filtered(lambda event: event.kind == "activated")
            return (
                len(lots.activation_ids),
                len(lots.alert_ids),
                len(events),
                env["serial.event"]._get_broken_chains(lots.ids),
            )

        return self.run_in_transaction(read)

    def test_of_two_activations_at_once_one_wins_and_the_other_is_told_since_when(self):
        codes = self.make_codes(1)
        answers = self.race_at(*AT_JUDGING, self.activate(codes), self.activate(codes))
        by_result = sorted(answers, key=lambda answer: answer[0]["result"])
        (winner,), (loser,) = by_result
        self.assertEqual(winner["result"], "activated")
        self.assertEqual(loser["result"], "already_activated")
        self.assertEqual(loser["activated_at"], winner["activated_at"])
        self.assertTrue(loser["activated_at"])
        self.assertEqual(self.read_outcome(codes), (1, 1, 1, []))

    def test_batches_that_cross_activate_every_unit_once(self):
        codes = self.make_codes(60)
        answers = self.race_at(
            *AT_JUDGING,
            self.activate(codes),
            self.activate(codes[::-1]),
            self.activate(codes[20:40]),
        )
        results = [item["result"] for answer in answers for item in answer]
        self.assertEqual(results.count("activated"), 60)
        self.assertEqual(results.count("already_activated"), 80)
        self.assertEqual(self.read_outcome(codes), (60, 60, 60, []))

    def test_requests_with_one_idempotency_key_at_once_store_one_answer(self):
        codes = self.make_codes(2)
        key = f"race-{codes[0]}"

        def request(env):
            store = env["serial.api.request"]
            stored = store._get_answer(0, key)
            if stored:
                return stored[1]
            answer = self.activate(codes)(env)
            store._store(0, key, "hash", answer)
            return answer

        first, second = self.race_at(*AT_JUDGING, request, request)
        self.assertEqual(first, second)
        self.assertEqual({item["result"] for item in first}, {"activated"})
        self.assertEqual(self.read_outcome(codes), (2, 2, 2, []))
