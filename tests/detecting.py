"""What tests of detectors share: units with a past, seen and activated."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta

from ..core.rule_set import RuleSet
from .common import NOW, SerialCase

RULES = RuleSet()
PROVINCES = ["GD", "BJ", "HL", "XJ", "YN", "ZJ", "SC", "SD"]


class DetectorCase(SerialCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.detector = cls.env["serial.diversion.detector"]
        cls.activations = cls.env["serial.activation"].sudo()
        scans = cls.env["serial.scan"]
        for months in range(4):
            month = (NOW - relativedelta(months=months, day=1)).date()
            if month not in scans._get_partitions():
                scans._create_partition(month)

    @classmethod
    def ship(cls, count=1, partner=None):
        lots = cls.produce(count)
        cls.deliver(lots, partner or cls.distributor)
        past = NOW - timedelta(days=80)
        lots.write({"shipped_at": past, "production_date": past.date()})
        return lots

    def activate(self, lots, days=60, seconds=0, **item):
        """Activate units some days ago, one after the other."""
        begin = NOW - timedelta(days=days)
        items = [
            {
                "code": lot.scan_code,
                "occurred_at": f"{begin + timedelta(seconds=seconds * i):%FT%TZ}",
                **item,
            }
            for i, lot in enumerate(lots)
        ]
        return self.activations._activate(items, "api")

    def look(self, lot, places, hours=24, days=50, **values):
        """Log a view of a unit's page in each of these provinces."""
        begin = NOW - timedelta(days=days)
        for number, place in enumerate(places):
            state = self.env.ref(f"base.state_cn_{place}")
            row = {
                "scanned_at": begin + timedelta(hours=hours * number),
                "lot_id": lot.id or None,
                "product_id": lot.product_id.id or None,
                "country_id": state.country_id.id,
                "state_id": state.id,
                "radius_km": 50,
                "network": "fixed",
                "ip_prefix": f"14.{lot.id % 200}.{number}.0/24",
                "session_key": f"{lot.id}-{number}",
                "code": lot.scan_code or None,
                "result": "known",
                "is_bot": False,
                "is_repeat": False,
                **values,
            }
            names = ", ".join(row)
            marks = ", ".join(f"%({name})s" for name in row)
            self.env.cr.execute(
                f"INSERT INTO serial_scan ({names}) VALUES ({marks})",  # noqa: S608
                row,
            )

    def run_rules(self, *codes, since=None):
        """Run detectors; return the alerts of a test's kinds."""
        rules = RuleSet(enabled=frozenset(codes)) if codes else RULES
        return self.detector._run(rules, since)

    def assertTold(self, alert, *words):
        for word in words:
            self.assertIn(word, alert.summary)
