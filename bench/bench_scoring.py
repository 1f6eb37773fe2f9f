"""The scoring run of the night: a million stored observations, read, tested, stored.

Half of the observations are activations, half scans. Units left in cartons of 40 and
shipments of 400, to 40 distributors in as many regions; one observation in seven names
a wrong province, most of those Beijing, and in one carton of 499 most units were led
away. SERIAL_DOSSIER_BENCH_OBSERVATIONS sets how many observations there are.
"""

import os
import resource
import time

from odoo.tools import SQL

from harness import database, odoo_env, report

OBSERVATIONS = int(os.environ.get("SERIAL_DOSSIER_BENCH_OBSERVATIONS", 1_000_000))
UNITS = OBSERVATIONS // 2
CARTON, SHIPMENT, BATCH = 40, 400, 10_000
DISTRIBUTORS = 40
PROVINCES = [
    "AH",
    "BJ",
    "CQ",
    "FJ",
    "GD",
    "GS",
    "GX",
    "GZ",
    "HA",
    "HB",
    "HE",
    "HI",
    "HL",
    "HN",
    "JL",
    "JS",
    "JX",
    "LN",
    "NM",
    "NX",
    "QH",
    "SC",
    "SD",
    "SH",
    "SN",
    "SX",
    "TJ",
    "XJ",
    "XZ",
    "YN",
    "ZJ",
]
SIZES = {
    "carton": CARTON,
    "shipment": SHIPMENT,
    "batch": BATCH,
    "distributors": DISTRIBUTORS,
    "units": UNITS,
    "provinces": PROVINCES,
    # ids far above what a fresh database counts to
    "lot": 10_000_000,
    "package": 10_000_000,
    "picking": 10_000_000,
}

# What the rest is made of: unit i of carton, shipment, distributor, and where it is.
UNIT = """
CREATE TABLE bench_unit AS
SELECT i, i / %(carton)s AS carton, i / %(shipment)s AS shipment,
       (i / %(shipment)s * 7919) %% %(distributors)s AS distributor,
       (i / %(carton)s) %% 499 = 7 AND random() < 0.8 AS leaks,
       timestamp '2026-01-01' + interval '1 hour' * (i / %(shipment)s) AS shipped_at
  FROM generate_series(0, %(units)s - 1) AS i
"""
LOTS = """
INSERT INTO stock_lot (id, name, product_id, stage, channel_partner_id,
                       channel_region_id, serial_batch_id, activated_at)
SELECT %(lot)s + i, 'B' || i, %(product)s, 'activated', partner.id, region.id,
       batch.id, bench_unit.shipped_at + interval '30 days'
  FROM bench_unit
  JOIN res_partner partner ON partner.ref = 'bench ' || distributor
  JOIN serial_channel_region region ON region.code = 'bench ' || distributor
  JOIN serial_batch batch ON batch.plant = 'bench ' || i / %(batch)s
"""
PACKAGES = """
INSERT INTO stock_package (id, name, complete_name, company_id)
SELECT %(package)s + carton, 'C' || carton, 'C' || carton, %(company)s
  FROM bench_unit GROUP BY carton
"""
PICKINGS = """
INSERT INTO stock_picking (id, name, picking_type_id, location_id, location_dest_id,
                           move_type, state, company_id, partner_id)
SELECT %(picking)s + shipment, 'S' || shipment, %(type)s, %(stock)s, %(customer)s,
       'direct', 'done', %(company)s, min(partner.id)
  FROM bench_unit
  JOIN res_partner partner ON partner.ref = 'bench ' || distributor
 GROUP BY shipment
"""
LINES = """
INSERT INTO stock_move_line (product_id, product_uom_id, company_id, location_id,
                             location_dest_id, state, lot_id, result_package_id,
                             picking_id, quantity, date)
SELECT %(product)s, %(uom)s, %(company)s, %(stock)s, %(customer)s, 'done',
       %(lot)s + i, %(package)s + carton, %(picking)s + shipment, 1, shipped_at
  FROM bench_unit
"""
BOUND = """
INSERT INTO serial_channel_assignment (lot_id, partner_id, region_id, picking_id,
                                       assigned_at)
SELECT lot.id, lot.channel_partner_id, lot.channel_region_id, %(picking)s + shipment,
       bench_unit.shipped_at
  FROM bench_unit JOIN stock_lot lot ON lot.id = %(lot)s + i
"""
# Where unit i seemed to be on an occasion, by which network.
SEEN = """
CREATE TABLE bench_seen AS
SELECT i, occasion, network, shipped_at + interval '30 days' * random() AS seen_at,
       CASE WHEN wrong AND random() < 0.4 THEN 'BJ'
            WHEN wrong THEN (%(provinces)s::varchar[])[1 + floor(random() * 31)::int]
            WHEN leaks THEN (%(provinces)s::varchar[])[1 + (distributor + 5) %% 31]
            ELSE (%(provinces)s::varchar[])[1 + distributor %% 31] END AS place,
       (ARRAY[5, 20, 50, 100, 200, 500])[1 + floor(random() * 6)::int] AS radius,
       16 + floor(random() * 9)::int AS prefix,
       format('%%s.%%s.%%s.0/24', 1 + floor(random() * 200)::int,
              floor(random() * 250)::int, floor(random() * 250)::int) AS address
  FROM (
    SELECT *, random() < CASE network WHEN 'mobile' THEN 0.3 ELSE 0.08 END AS wrong
      FROM (
        SELECT bench_unit.*, occasion,
               (ARRAY['fixed', 'fixed', 'mobile', NULL])[1 + floor(random() * 4)::int]
               AS network
          FROM bench_unit CROSS JOIN generate_series(0, 1) AS occasion
      ) AS with_network
  ) AS with_error
"""
ACTIVATIONS = """
INSERT INTO serial_activation (lot_id, active, product_id, activated_at, source,
                               ip_prefix, observations, partner_id, region_id,
                               company_id, score, verdict, reasons)
SELECT lot.id, true, lot.product_id, seen_at, 'api', address,
       jsonb_build_array(
           jsonb_build_object('source', 'ip:geoip@2026-06', 'country', 'CN',
                              'subdivision', place, 'city', 'Town', 'latitude', 30.1,
                              'longitude', 110.2, 'radius_km', radius,
                              'network', network, 'prefix', prefix),
           jsonb_build_object('source', 'ip:dbip@2026-06', 'country', 'CN',
                              'subdivision', place, 'city', 'Town', 'latitude', 30.1,
                              'longitude', 110.2, 'radius_km', 50,
                              'network', network, 'prefix', prefix)),
       lot.channel_partner_id, lot.channel_region_id, %(company)s, 10, 'inside', '[]'
  FROM bench_seen JOIN stock_lot lot ON lot.id = %(lot)s + i
 WHERE occasion = 0
"""
SCANS = """
INSERT INTO serial_scan (lot_id, product_id, company_id, scanned_at, country_id,
                         state_id, radius_km, ip_prefix, session_key, result, code,
                         is_bot, is_repeat, network, prefix, sources)
SELECT %(lot)s + i, %(product)s, %(company)s, seen_at, state.country_id, state.id,
       radius, address, md5(i::text), 'known', 'B' || i, false, false, network, prefix,
       jsonb_build_array(
           jsonb_build_array('ip:geoip@2026-06', 'CN-' || place, radius, prefix),
           jsonb_build_array('ip:dbip@2026-06', 'CN-' || place, 50, prefix))
  FROM bench_seen
  JOIN ir_model_data data ON data.module = 'base' AND data.name = 'state_cn_' || place
  JOIN res_country_state state ON state.id = data.res_id
 WHERE occasion = 1
"""
STEPS = (UNIT, LOTS, PACKAGES, PICKINGS, LINES, BOUND, SEEN, ACTIVATIONS, SCANS)


def fill(env):
    """Fill the database, a statement a table."""
    values = prepare(env)
    env.cr.execute("SELECT setseed(0.5)")
    for query in STEPS:
        env.cr.execute(SQL(query, **values))
    env.cr.execute("DROP TABLE bench_unit, bench_seen")
    env.cr.commit()
    env.cr.execute("ANALYZE")
    env.cr.commit()


def prepare(env):
    """Create what there are few of; return what the statements need to know."""
    product = env["product.product"].create(
        {"name": "Phone", "is_storable": True, "tracking": "serial"}
    )
    for number in range(DISTRIBUTORS):
        add_distributor(env, f"bench {number}", PROVINCES[number % len(PROVINCES)])
    scheme = env["serial.scheme"].create({"name": "Bench"})
    of_all = {"product_id": product.id, "scheme_id": scheme.id}
    env["serial.batch"].create(
        [{**of_all, "plant": f"bench {number}"} for number in range(-(-UNITS // BATCH))]
    )
    env.flush_all()
    warehouse = env["stock.warehouse"].search([], limit=1)
    return {
        **SIZES,
        "product": product.id,
        "uom": product.uom_id.id,
        "company": env.company.id,
        "type": warehouse.out_type_id.id,
        "stock": warehouse.lot_stock_id.id,
        "customer": env.ref("stock.stock_location_customers").id,
    }


def add_distributor(env, name, province):
    """Create a distributor and his region, found again by their references."""
    env["res.partner"].create({"name": name, "ref": name})
    state = env.ref(f"base.state_cn_{province}")
    env["serial.channel.region"].create(
        {
            "name": name,
            "code": name,
            "enforcement": "alert",
            "state_ids": [(4, state.id)],
        }
    )


def score(env):
    """Run one scoring run step by step; return (run, rows of the table)."""
    runs = env["serial.diversion.run"]
    run, memory, rows = runs._start(), {}, []
    while run.state == "running":
        name = run.step if memory else "begin"
        start, cpu = time.perf_counter(), time.process_time()
        run._attempt(memory)
        env.cr.commit()
        rows.append(
            {
                "step": name,
                "seconds": time.perf_counter() - start,
                "CPU s of Odoo": time.process_time() - cpu,
                "peak MB": peak(),
            }
        )
    if run.error:
        raise RuntimeError(run.error)
    return run, rows


def peak():
    """Return the most memory this process ever held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main():
    with database() as name, odoo_env(name) as env:
        start = time.perf_counter()
        fill(env)
        print(f"filled in {time.perf_counter() - start:.0f} s", flush=True)
        for title in ("first run", "second run, nothing new"):
            run, rows = score(env)
            total = {
                name: sum(row[name] for row in rows)
                for name in ("seconds", "CPU s of Odoo")
            }
            rows.append({"step": "all", **total, "peak MB": peak()})
            report(
                f"Scoring of {OBSERVATIONS:,} observations of {UNITS:,} units, {title}",
                rows,
                f"{run.observation_count:,} independent; {run.leak_count} leaks, "
                f"{run.new_leak_count} of them new; {run.alert_count} alerts.",
            )


if __name__ == "__main__":
    main()
