"""The database's own guard of retention: no proof, no purge; and a hold wins."""

from .retention_sql import HELD

PURGE_GUARD = f"""
CREATE OR REPLACE FUNCTION serial_event_guard() RETURNS trigger AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        -- Events go with their serial, and a serial that left "minted" cannot go.
        IF NOT EXISTS (SELECT 1 FROM stock_lot WHERE id = OLD.lot_id) THEN
            RETURN OLD;
        END IF;
        -- Or a purge lets them go, whose signed proof covers them.
        IF EXISTS (
            SELECT 1 FROM serial_purge_unit unit
             WHERE unit.lot_id = OLD.lot_id AND unit.state = 'purged'
               AND unit.last_event_id >= OLD.id
               -- No join: from a proof's side it would read all of its units.
               AND (SELECT length(proof.signature) FROM serial_purge_proof proof
                     WHERE proof.id = unit.proof_id) = 64
        ) THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION 'serial_event is append-only: % refused', TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE FUNCTION serial_event_hold() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM stock_lot lot
         WHERE lot.id IN (SELECT lot_id FROM deleted) AND {HELD}
    ) THEN
        RAISE EXCEPTION 'serial_event is under a legal hold: DELETE refused'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_event_hold
AFTER DELETE ON serial_event REFERENCING OLD TABLE AS deleted
FOR EACH STATEMENT EXECUTE FUNCTION serial_event_hold();

CREATE OR REPLACE FUNCTION serial_purge_guard() RETURNS trigger AS $$
BEGIN
    RAISE EXCEPTION '% is a proof: % refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'integrity_constraint_violation';
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_purge_unit_guard
BEFORE UPDATE OR DELETE ON serial_purge_unit
FOR EACH ROW WHEN (OLD.state = 'purged') EXECUTE FUNCTION serial_purge_guard();

CREATE OR REPLACE TRIGGER serial_purge_unit_guard_table
BEFORE TRUNCATE ON serial_purge_unit
FOR EACH STATEMENT EXECUTE FUNCTION serial_purge_guard();

CREATE OR REPLACE TRIGGER serial_purge_proof_guard
BEFORE UPDATE OR DELETE ON serial_purge_proof
FOR EACH ROW EXECUTE FUNCTION serial_purge_guard();

CREATE OR REPLACE TRIGGER serial_purge_proof_guard_table
BEFORE TRUNCATE ON serial_purge_proof
FOR EACH STATEMENT EXECUTE FUNCTION serial_purge_guard();

CREATE OR REPLACE TRIGGER serial_hold_guard
BEFORE DELETE ON serial_hold
FOR EACH ROW EXECUTE FUNCTION serial_purge_guard();
"""  # noqa: S608 (constants)

PURGE_DROP = """
DROP TRIGGER IF EXISTS serial_event_hold ON serial_event;
DROP FUNCTION IF EXISTS serial_event_hold();
DROP TRIGGER IF EXISTS serial_purge_unit_guard ON serial_purge_unit;
DROP TRIGGER IF EXISTS serial_purge_unit_guard_table ON serial_purge_unit;
DROP TRIGGER IF EXISTS serial_purge_proof_guard ON serial_purge_proof;
DROP TRIGGER IF EXISTS serial_purge_proof_guard_table ON serial_purge_proof;
DROP TRIGGER IF EXISTS serial_hold_guard ON serial_hold;
DROP FUNCTION IF EXISTS serial_purge_guard();
"""

PURGE_TRIGGERS = {
    "serial_event_hold",
    "serial_purge_unit_guard",
    "serial_purge_unit_guard_table",
    "serial_purge_proof_guard",
    "serial_purge_proof_guard_table",
    "serial_hold_guard",
}
