"""The partitioned table of `serial.scan`, which Odoo itself cannot create."""

# One statement a step: `CREATE TABLE IF NOT EXISTS` makes every update repeat them.
# No foreign keys: each would lock a row that all scans of a product share. Instead a
# trigger empties what pointed at a deleted serial.
TABLE = """
CREATE SEQUENCE IF NOT EXISTS serial_scan_id_seq AS integer;

CREATE TABLE IF NOT EXISTS serial_scan (
    id integer NOT NULL DEFAULT nextval('serial_scan_id_seq'),
    scanned_at timestamp NOT NULL,
    lot_id integer,
    product_id integer,
    company_id integer,
    country_id integer,
    state_id integer,
    radius_km integer,
    is_bot boolean,
    is_repeat boolean,
    code varchar,
    result varchar,
    session_key varchar,
    ip_prefix varchar,
    city varchar,
    user_agent varchar,
    PRIMARY KEY (id, scanned_at)
) PARTITION BY RANGE (scanned_at);

-- Added to the table as it was first made: one order of columns for old and new ones.
ALTER TABLE serial_scan
    ADD COLUMN IF NOT EXISTS network varchar,
    ADD COLUMN IF NOT EXISTS prefix smallint,
    ADD COLUMN IF NOT EXISTS sources jsonb,
    ADD COLUMN IF NOT EXISTS device_model varchar;

ALTER SEQUENCE serial_scan_id_seq OWNED BY serial_scan.id;

CREATE INDEX IF NOT EXISTS serial_scan_lot_idx
    ON serial_scan (lot_id) WHERE lot_id IS NOT NULL;
CREATE INDEX IF NOT EXISTS serial_scan_session_idx
    ON serial_scan (session_key, code, scanned_at);

CREATE TABLE IF NOT EXISTS serial_scan_default PARTITION OF serial_scan DEFAULT;

CREATE OR REPLACE FUNCTION serial_scan_forget() RETURNS trigger AS $$
BEGIN
    UPDATE serial_scan SET lot_id = NULL, product_id = NULL
     WHERE lot_id IN (SELECT id FROM deleted);
    RETURN NULL;
END
$$ LANGUAGE plpgsql;

CREATE OR REPLACE TRIGGER serial_scan_forget
AFTER DELETE ON stock_lot REFERENCING OLD TABLE AS deleted
FOR EACH STATEMENT EXECUTE FUNCTION serial_scan_forget();
"""

DROP = """
DROP TRIGGER IF EXISTS serial_scan_forget ON stock_lot;
DROP FUNCTION IF EXISTS serial_scan_forget();
DROP TABLE IF EXISTS serial_scan;
"""

PARTITIONS = """
SELECT child.relname
  FROM pg_inherits
  JOIN pg_class child ON child.oid = pg_inherits.inhrelid
 WHERE pg_inherits.inhparent = 'serial_scan'::regclass
"""
