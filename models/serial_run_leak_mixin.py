from collections import defaultdict

from odoo import fields, models
from odoo.tools import SQL

from ..core import leak as leaks
from ..core.leak_history import Known, compare
from .bulk_sql import audit_columns, names_of, unnest

COLUMNS = {
    "id": SQL("integer"),
    "kind": SQL("varchar"),
    "key": SQL("varchar"),
    "place": SQL("varchar"),
    "country_id": SQL("integer"),
    "state_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "picking_id": SQL("integer"),
    "package_id": SQL("integer"),
    "batch_id": SQL("integer"),
    "window": SQL("varchar"),
    "n": SQL("integer"),
    "k": SQL("integer"),
    "expected": SQL("numeric"),
    "share": SQL("double precision"),
    "share_low": SQL("double precision"),
    "share_high": SQL("double precision"),
    "p_value": SQL("double precision"),
    "odds": SQL("double precision"),
    "certain": SQL("boolean"),
    "unit_count": SQL("integer"),
}
LINE_COLUMNS = {
    "leak_id": SQL("integer"),
    "lot_id": SQL("integer"),
    "probability": SQL("double precision"),
    "seen_outside": SQL("boolean"),
    "named": SQL("boolean"),
}
# The record that a group is, by its kind.
RECORDS = {"carton": "package_id", "shipment": "picking_id", "batch": "batch_id"}


class SerialRunLeakMixin(models.AbstractModel):
    """Finding groups of units that leaked, and storing them."""

    _name = "serial.run.leak.mixin"
    _inherit = ["serial.leak.complete.mixin"]
    _description = "Finding of Leaks"

    # === FIND === #

    def _learn(self, memory):
        """Learn from all units how often locations err."""
        memory["errors"] = leaks.learn_errors(memory["units"], memory["rules"].rates)

    def _test(self, memory):
        """Test every group."""
        rules = memory["rules"]
        found = []
        if rules.is_enabled("leak"):
            settings = self._get_leak_settings(rules)
            found = leaks.find_leaks(memory["units"], memory["errors"], settings)
            least = rules.thresholds["leak_units"]
            # A drip may be certain though none of its units is: then it has no members.
            found = [leak for leak in found if leak.k >= least]
        memory["found"] = found

    def _get_leak_settings(self, rules):
        """Return the settings of the search as the rules have them."""
        return rules.settings("leak")

    # === STORE === #

    def _store(self, memory):
        """Store what was found, and supersede what was found before."""
        found = memory["found"]
        self.env["serial.diversion.leak"].flush_model()
        changes = compare(
            self._get_open_leaks(),
            [self._get_known(leak) for leak in found],
            {unit.unit for unit in memory["units"]},
        )
        self._close_leaks(changes)
        ids = self._insert_leaks([found[position] for position in changes.new])
        new_ids = dict(zip(changes.new, ids, strict=True))
        self._insert_lines(
            {new_ids[position]: found[position] for position in changes.new},
            memory["units"],
        )
        self._name_heirs(
            {old: new_ids[position] for old, position in changes.superseded.items()}
        )
        self._complete(ids)
        self.env["serial.diversion.leak"].invalidate_model(flush=False)
        self.env["serial.diversion.leak.unit"].invalidate_model(flush=False)
        memory["leak_ids"] = [*changes.kept.values(), *ids]
        return {"leak_count": len(found), "new_leak_count": len(ids)}

    def _get_known(self, leak):
        """Return a leak just found in the form that is compared."""
        units = frozenset(unit for unit, _probability in leak.members)
        return Known(
            leak.kind,
            self._get_key(leak.key),
            leak.place,
            leak.n,
            leak.k,
            units,
            named=leak.named,
        )

    def _get_key(self, key):
        """Return the key of a group as text."""
        parts = key if isinstance(key, tuple) else (key,)
        return ":".join(map(str, parts))

    def _get_open_leaks(self):
        self.env.cr.execute(
            SQL(
                """
                SELECT leak.kind, leak.key, leak.place, leak.n, leak.k,
                       array_remove(array_agg(line.lot_id), NULL), leak.id,
                       count(*) FILTER (WHERE line.named)
                  FROM serial_diversion_leak leak
                  LEFT JOIN serial_diversion_leak_unit line ON line.leak_id = leak.id
                 WHERE leak.state = 'open'
              GROUP BY leak.id
                """
            )
        )
        return [
            Known(*row[:5], frozenset(row[5]), *row[6:])
            for row in self.env.cr.fetchall()
        ]

    def _close_leaks(self, changes):
        """Close leaks that are superseded or faded; tell of the others they hold."""
        now = fields.Datetime.now()
        for leak_ids, values in (
            (list(changes.superseded), SQL("state = 'superseded'")),
            (changes.faded, SQL("state = 'faded'")),
            (list(changes.kept.values()), SQL("confirmed_at = %s", now)),
        ):
            if leak_ids:
                self.env.cr.execute(
                    SQL(
                        "UPDATE serial_diversion_leak SET %s WHERE id = ANY(%s)",
                        values,
                        leak_ids,
                    )
                )

    def _insert_leaks(self, found):
        """Insert leaks in one statement; return their ids in the order given."""
        if not found:
            return []
        self.env.cr.execute(
            SQL(
                "SELECT nextval('serial_diversion_leak_id_seq') "
                "FROM generate_series(1, %s)",
                len(found),
            )
        )
        ids = [row[0] for row in self.env.cr.fetchall()]
        rows = [
            {"id": leak_id, **self._prepare_leak(leak)}
            for leak_id, leak in zip(ids, found, strict=True)
        ]
        same = self._get_leak_constants()
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_diversion_leak (name, %s)
                SELECT 'LK' || lpad(id::text, greatest(6, length(id::text)), '0'), %s
                  FROM %s
                """,
                names_of([*COLUMNS, *same]),
                SQL(", ").join([names_of(COLUMNS), *same.values()]),
                unnest(rows, COLUMNS),
            )
        )
        return ids

    def _get_leak_constants(self):
        """Return the columns that all leaks of this run have the same, as SQL."""
        now = SQL("%s", fields.Datetime.now())
        return {
            "run_id": SQL("%s", self.id),
            "rule_version": SQL("%s", self.rule_version or None),
            "state": SQL("'open'"),
            "found_at": now,
            "confirmed_at": now,
            **audit_columns(self.env),
        }

    def _prepare_leak(self, leak):
        """Return the columns of one leak."""
        country, _, subdivision = leak.place.partition("-")
        country_id, state_id = self.env["serial.geoip"]._get_place_ids(
            country, subdivision or None
        )
        same = {
            name: getattr(leak, name)
            for name in COLUMNS
            if name
            in ("kind", "place", "n", "k", "expected", "p_value", "odds", "certain")
            or name.startswith("share")
        }
        return {
            **dict.fromkeys(name for name in COLUMNS if name != "id"),
            **same,
            "key": self._get_key(leak.key),
            "country_id": country_id,
            "state_id": state_id,
            **self._get_window(leak),
            "unit_count": len(leak.members),
            **({RECORDS[leak.kind]: leak.key} if leak.kind in RECORDS else {}),
        }

    def _get_window(self, leak):
        """Return whose months a leak is about."""
        if leak.kind != "window":
            return {}
        return dict(zip(("partner_id", "window"), leak.key, strict=True))

    def _insert_lines(self, found, units):
        """Insert the members of leaks.

        :param dict found: {leak id: leak}
        """
        wanted = {unit for leak in found.values() for unit, _chance in leak.members}
        places = defaultdict(set)
        for unit in units:
            if unit.unit in wanted:
                places[unit.unit].update(place for _channel, place in unit.sightings)
        rows = [
            {
                "leak_id": leak_id,
                "lot_id": unit,
                "probability": probability,
                "seen_outside": leak.place in places[unit],
                "named": number < leak.named,
            }
            for leak_id, leak in found.items()
            for number, (unit, probability) in enumerate(leak.members)
        ]
        if not rows:
            return
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_diversion_leak_unit (activation_id, %(names)s)
                SELECT (SELECT id FROM serial_activation live
                         WHERE live.lot_id = given.lot_id AND live.active LIMIT 1),
                       %(names)s
                  FROM %(given)s
                """,
                names=names_of(LINE_COLUMNS),
                given=unnest(rows, LINE_COLUMNS),
            )
        )

    def _name_heirs(self, heirs):
        """Write which leak came after which: {old id: new id}."""
        if heirs:
            self.env.cr.execute(
                SQL(
                    """
                    UPDATE serial_diversion_leak leak SET superseded_by_id = given.heir
                      FROM unnest(%s::integer[], %s::integer[]) AS given(old, heir)
                     WHERE leak.id = given.old
                    """,
                    list(heirs),
                    list(heirs.values()),
                )
            )
