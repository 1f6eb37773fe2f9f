"""Coverage of what left, and files for regulators and auditors, by how much left.

Moves of 200 units each are written straight into the tables; one in twenty left
uncoded. The auditor's file holds every chain and checks each before it is written.
SERIAL_DOSSIER_BENCH_LOTS sets how many units left.
"""

import os
import resource

from bench_bind import create_product, mint, settle

from harness import database, measured, odoo_env, report

LOTS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LOTS", 200_000))
A_MOVE = 200

MOVES = """
WITH numbered AS (
    SELECT lot.id, (row_number() OVER (ORDER BY lot.id) - 1) / %(a_move)s AS move
      FROM stock_lot lot WHERE lot.product_id = %(product)s
), moves AS (
    INSERT INTO stock_move (date, product_id, product_uom, location_id,
        location_dest_id, procure_method, product_uom_qty, company_id, state, reference)
    SELECT now() AT TIME ZONE 'UTC' - number %% 120 * interval '1 day'
             + interval '1 hour', %(product)s, %(uom)s, %(source)s, %(target)s,
           'make_to_stock', %(a_move)s, %(company)s, 'done', number
      FROM (SELECT DISTINCT move AS number FROM numbered) AS parts
    RETURNING id, reference
)
INSERT INTO stock_move_line (move_id, product_id, company_id, product_uom_id,
    location_id, location_dest_id, date, lot_id, quantity, quantity_product_uom, state)
SELECT moves.id, %(product)s, %(company)s, %(uom)s, %(source)s, %(target)s,
       now() AT TIME ZONE 'UTC', nullif(numbered.id, CASE WHEN numbered.id %% 20 = 0
       THEN numbered.id END), 1, 1, 'done'
  FROM numbered JOIN moves ON moves.reference = numbered.move::varchar
"""


def fill(env):
    """Have units of a coded category leave; return the category."""
    product = create_product(env)
    mint(env, product, LOTS)
    # Everything was coded before any of it left.
    env.cr.execute("ALTER TABLE serial_event DISABLE TRIGGER USER")
    env.cr.execute("UPDATE serial_event SET record_time = '2020-01-01'")
    env.cr.execute("ALTER TABLE serial_event ENABLE TRIGGER USER")
    env.cr.execute(
        MOVES,
        {
            "a_move": A_MOVE,
            "product": product.id,
            "uom": product.uom_id.id,
            "source": env.ref("stock.stock_location_stock").id,
            "target": env.ref("stock.stock_location_customers").id,
            "company": env.company.id,
        },
    )
    category = env["serial.compliance.category"].create(
        {"name": "Phones", "template_ids": product.product_tmpl_id.ids}
    )
    settle(env)
    return category


def export(env, kind, **values):
    """Write a file as the background does, but for its commits."""
    job = env["serial.compliance.export"]._start({"kind": kind, **values})
    while job.state == "running":
        job._work({})
        env.cr.commit()
        env.invalidate_all()
    return job


def get_peak():
    """Return the most memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def get_cases(env, category):
    """Return {what is measured: function}."""
    coverage = env["serial.coverage"]
    counts = ["unit_count:sum", "uncoded_count:sum"]
    return {
        "coverage by product": lambda: coverage._read_group([], ["product_id"], counts),
        "first page of moves with uncoded units": lambda: coverage.search_fetch(
            [("uncoded_count", ">", 0)], ["date", "uncoded_count"], limit=80
        ),
        "coverage report (PDF)": lambda: export(env, "coverage"),
        "regulator's file (CSV)": lambda: export(
            env, "regulator_csv", compliance_id=category.id
        ),
        "auditor's file (ZIP)": lambda: export(env, "audit"),
    }


def main():
    """Measure a report on the screen, and one file of each kind."""
    rows = []
    with database() as name, odoo_env(name) as env:
        for what, function in get_cases(env, fill(env)).items():
            before, seconds = get_peak(), measured(function)
            rows.append(
                {
                    "what": what,
                    "units": LOTS,
                    "seconds": round(seconds, 1),
                    "units/s": round(LOTS / seconds),
                    "memory grew by (MB)": round(get_peak() - before),
                }
            )
    report("Coverage and compliance files", rows)


if __name__ == "__main__":
    main()
