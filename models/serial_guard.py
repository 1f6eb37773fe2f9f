from odoo import api, models
from odoo.exceptions import UserError

from .purge_guard_sql import PURGE_DROP, PURGE_GUARD, PURGE_TRIGGERS

_EVENT_GUARD = """
CREATE OR REPLACE TRIGGER serial_event_guard_row
BEFORE UPDATE OR DELETE ON serial_event
FOR EACH ROW EXECUTE FUNCTION serial_event_guard();

CREATE OR REPLACE TRIGGER serial_event_guard_table
BEFORE TRUNCATE ON serial_event
FOR EACH STATEMENT EXECUTE FUNCTION serial_event_guard();

CREATE OR REPLACE TRIGGER serial_lot_guard_table
BEFORE TRUNCATE ON stock_lot
FOR EACH STATEMENT EXECUTE FUNCTION serial_event_guard();

-- In place of a foreign key, which would look for the lot of every new event too.
CREATE OR REPLACE FUNCTION serial_event_follow() RETURNS trigger AS $$
BEGIN
    DELETE FROM serial_event WHERE lot_id IN (SELECT id FROM deleted);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_event_follow
AFTER DELETE ON stock_lot REFERENCING OLD TABLE AS deleted
FOR EACH STATEMENT EXECUTE FUNCTION serial_event_follow();
"""

_LOT_GUARD = """
CREATE OR REPLACE FUNCTION serial_lot_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'serial % left the stage "minted": % refused', OLD.name, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_lot_guard_delete
BEFORE DELETE ON stock_lot
FOR EACH ROW WHEN (OLD.stage <> 'minted') EXECUTE FUNCTION serial_lot_guard();

CREATE OR REPLACE TRIGGER serial_lot_guard_rename
BEFORE UPDATE OF name, scan_code, product_id ON stock_lot
FOR EACH ROW WHEN (
    OLD.stage <> 'minted'
    AND (OLD.name <> NEW.name OR OLD.product_id <> NEW.product_id
         OR OLD.scan_code IS DISTINCT FROM NEW.scan_code)
) EXECUTE FUNCTION serial_lot_guard();

-- Else the two above could be got round.
CREATE OR REPLACE TRIGGER serial_lot_guard_stage
BEFORE UPDATE OF stage ON stock_lot
FOR EACH ROW WHEN (
    OLD.stage <> 'minted' AND coalesce(NEW.stage, 'minted') = 'minted'
) EXECUTE FUNCTION serial_lot_guard();
"""

_BATCH_GUARD = """
CREATE OR REPLACE FUNCTION serial_batch_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'batch % has begun to mint: % refused', OLD.name, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_batch_guard_delete
BEFORE DELETE ON serial_batch
FOR EACH ROW WHEN (OLD.state <> 'draft') EXECUTE FUNCTION serial_batch_guard();
"""

# Consecutive numbers of a sequence: nextval() and setval() alone are two steps, between
# which another session could take the same numbers.
_COUNTER = """
CREATE OR REPLACE FUNCTION serial_counter_take(counter text, quantity bigint)
RETURNS bigint AS $$
DECLARE
    first bigint;
    key integer := hashtext(counter);
BEGIN
    PERFORM pg_advisory_lock(key);
    BEGIN
        first := nextval(counter::regclass);
        PERFORM setval(counter::regclass, first + quantity - 1);
    EXCEPTION WHEN OTHERS THEN
        PERFORM pg_advisory_unlock(key);
        RAISE;
    END;
    PERFORM pg_advisory_unlock(key);
    RETURN first;
END
$$ LANGUAGE plpgsql;
"""

# GS1 lets the number of a carton be used again twelve months after its last use.
_SSCC_GUARD = """
CREATE OR REPLACE FUNCTION serial_sscc_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION 'SSCC % was used within twelve months: % refused',
        OLD.name, TG_OP USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_sscc_guard_reuse
BEFORE UPDATE ON serial_sscc
FOR EACH ROW WHEN (
    (NEW.taken_at <> OLD.taken_at
     AND OLD.used_at > NEW.taken_at - interval '12 months')
    OR (NEW.taken_at = OLD.taken_at AND OLD.package_id <> NEW.package_id)
    OR NEW.name <> OLD.name
) EXECUTE FUNCTION serial_sscc_guard();

CREATE OR REPLACE TRIGGER serial_sscc_guard_delete
BEFORE DELETE ON serial_sscc
FOR EACH ROW WHEN (OLD.package_id IS NOT NULL)
EXECUTE FUNCTION serial_sscc_guard();
"""

_DROP = """
DROP TRIGGER IF EXISTS serial_sscc_guard_reuse ON serial_sscc;
DROP TRIGGER IF EXISTS serial_sscc_guard_delete ON serial_sscc;
DROP FUNCTION IF EXISTS serial_sscc_guard();
DROP TRIGGER IF EXISTS serial_batch_guard_delete ON serial_batch;
DROP FUNCTION IF EXISTS serial_batch_guard();
DROP FUNCTION IF EXISTS serial_counter_take(text, bigint);
DROP TRIGGER IF EXISTS serial_lot_guard_delete ON stock_lot;
DROP TRIGGER IF EXISTS serial_lot_guard_rename ON stock_lot;
DROP TRIGGER IF EXISTS serial_lot_guard_stage ON stock_lot;
DROP FUNCTION IF EXISTS serial_lot_guard();
DROP TRIGGER IF EXISTS serial_lot_guard_table ON stock_lot;
DROP TRIGGER IF EXISTS serial_event_follow ON stock_lot;
DROP FUNCTION IF EXISTS serial_event_follow();
DROP TRIGGER IF EXISTS serial_event_guard_row ON serial_event;
DROP TRIGGER IF EXISTS serial_event_guard_table ON serial_event;
DROP FUNCTION IF EXISTS serial_event_guard();
ALTER TABLE stock_lot RESET (fillfactor);
"""


class SerialGuard(models.AbstractModel):
    """The database as the last guard: triggers Odoo knows nothing of."""

    _name = "serial.guard"
    _description = "Database Guards of Serials"

    def init(self):
        """Create the triggers; `CREATE OR REPLACE` makes every update repeat it."""
        # Both tables exist: this model is loaded after theirs, and init() runs last.
        self.env.cr.execute(PURGE_GUARD)
        self.env.cr.execute(_EVENT_GUARD)
        self.env.cr.execute(_LOT_GUARD)
        self.env.cr.execute(_BATCH_GUARD)
        self.env.cr.execute(_COUNTER)
        self.env.cr.execute(_SSCC_GUARD)

    @api.model
    def _drop(self):
        """Take the triggers away again, before Odoo drops the tables and columns."""
        self.env.cr.execute(PURGE_DROP)
        self.env.cr.execute(_DROP)

    @api.model
    def _get_missing(self):
        """Return the names of indexes and constraints that should exist and do not.

        Odoo only logs the ones it could not create; without them, what must happen
        once could happen twice.
        """
        wanted = {
            obj.full_name(model)
            for model in self.env.registry.values()
            if model._auto and not model._abstract
            for obj in model._table_objects.values()
            if obj._module == "serial_dossier" and obj.get_definition(self.pool)
        }
        self.env.cr.execute(
            """
            SELECT relname FROM pg_class WHERE relname = ANY(%(names)s)
             UNION SELECT conname FROM pg_constraint WHERE conname = ANY(%(names)s)
             UNION SELECT tgname FROM pg_trigger WHERE tgname = ANY(%(names)s)
            """,
            {"names": sorted(wanted | self._get_trigger_names())},
        )
        found = {row[0] for row in self.env.cr.fetchall()}
        return sorted((wanted | self._get_trigger_names()) - found)

    def _get_trigger_names(self):
        return {
            "serial_event_guard_row",
            "serial_event_guard_table",
            "serial_event_follow",
            "serial_lot_guard_table",
            "serial_lot_guard_delete",
            "serial_lot_guard_rename",
            "serial_batch_guard_delete",
            *PURGE_TRIGGERS,
        }

    @api.model
    def _check(self):
        """Refuse to go on without the guards."""
        missing = self._get_missing()
        if missing:
            raise UserError(
                self.env._(
                    "The database lacks these guards of Serial Dossier: %(names)s. "
                    "Remove the duplicates that prevent them, then update the app.",
                    names=", ".join(missing),
                )
            )
