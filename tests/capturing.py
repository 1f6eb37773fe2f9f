"""EPCIS documents for the tests of capturing."""

from .common import SerialCase

GTIN = "06901234567892"
CONTEXT = ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"]
SSCC = "https://id.gs1.org/00/069012340000000012"


def work_off(job):
    """Have a job done, as the background does but for its commits."""
    while job._is_working():
        job._work({})


class CaptureCase(SerialCase):
    """Coded phones with a GTIN, and events about them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product.barcode = GTIN[1:]
        cls.captures = cls.env["serial.capture"].with_user(cls.user)

    def count_queries(self, job):
        """Have a job done; return how many queries that took."""
        self.env.flush_all()
        before = self.env.cr.sql_log_count
        work_off(job)
        self.env.flush_all()
        return self.env.cr.sql_log_count - before

    def uri(self, lot):
        """Return the Digital Link of a unit."""
        return f"https://id.gs1.org/01/{GTIN}/21/{lot.name}"

    def event(self, lots=(), **values):
        """Return an event that units were made."""
        made = {
            "type": "ObjectEvent",
            "eventTime": "2026-03-01T08:00:00+08:00",
            "eventTimeZoneOffset": "+08:00",
            "action": "ADD",
            "bizStep": "commissioning",
            "disposition": "active",
            "epcList": [self.uri(lot) for lot in lots],
            **values,
        }
        return {name: value for name, value in made.items() if value is not None}

    def aggregation(self, lots, **values):
        """Return an event that units were packed."""
        told = {
            "type": "AggregationEvent",
            "parentID": SSCC,
            "childEPCs": [self.uri(lot) for lot in lots],
            "epcList": None,
            "bizStep": "packing",
            "disposition": "in_progress",
        }
        return self.event(**{**told, **values})

    def association(self, lot, parts, **values):
        """Return an event that parts were built into a unit."""
        told = {
            "type": "AssociationEvent",
            "parentID": self.uri(lot),
            "childEPCs": parts,
            "epcList": None,
            "bizStep": "assembling",
        }
        return self.event(**{**told, **values})

    def document(self, *events):
        """Return a document of events."""
        return {
            "@context": CONTEXT,
            "type": "EPCISDocument",
            "schemaVersion": "2.0",
            "creationDate": "2026-03-02T08:00:00Z",
            "epcisBody": {"eventList": list(events)},
        }

    def capture(self, *events, behaviour="rollback", user=None):
        """Take a document in and record it; return the job (sudo)."""
        captures = self.captures.with_user(user or self.user)
        document = self.document(*events)
        self.assertEqual(captures._find_faults(document, behaviour), [])
        job = captures._take(document, behaviour)
        work_off(job)
        return job

    def last_event(self, lot):
        """Return the newest step in a unit's dossier."""
        return lot.event_ids.sorted("sequence")[-1]
