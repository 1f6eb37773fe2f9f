"""Minting against plain SQL and against the ORM, in turns on one growing table.

SERIAL_DOSSIER_BENCH_MINT sets the number of serials (default one million). With
SERIAL_DOSSIER_BENCH_MINT_ROWS the table is then filled with so many serials more, each
with code and event, and the same is measured once again.
"""

import contextlib
import os
import resource

from harness import database, measured, odoo_env, report

TOTAL = int(os.environ.get("SERIAL_DOSSIER_BENCH_MINT", "1000000"))
ROWS = int(os.environ.get("SERIAL_DOSSIER_BENCH_MINT_ROWS", "0"))
SLICES = 10
ORM = 2_000  # serials the ORM creates in each turn: it is the slow one


def product_of(env, name):
    return env["product.product"].create(
        {"name": name, "is_storable": True, "tracking": "serial"}
    )


def mint(env, batch, goal):
    """Mint as the background worker does: a chunk a transaction."""
    while batch.minted_count < goal:
        batch._work({})
        env.cr.commit()
    merge(env)


def merge(env):
    """Merge what the trigram index gathered: each way of inserting pays for its own."""
    env["serial.batch"]._merge_pending()
    env.cr.commit()


def insert_plain(env, product, names):
    """Insert what stock itself stores of a serial, in the same chunks."""
    for start in range(0, len(names), 10_000):
        env.cr.execute(
            "INSERT INTO stock_lot (name, product_id, create_uid, write_uid, "
            "create_date, write_date) SELECT name, %s, 1, 1, now(), now() "
            "FROM unnest(string_to_array(%s, E'\\n')) AS name",
            (product.id, "\n".join(names[start : start + 10_000])),
        )
        env.cr.commit()
    merge(env)


def create_by_orm(env, product, names):
    env["stock.lot"].create([{"name": n, "product_id": product.id} for n in names])
    env.flush_all()
    env.cr.commit()


def names_like_codes(scheme, first, count):
    """Return random serial numbers of the minted ones' shape."""
    from odoo.addons.serial_dossier.core.code_scheme import grouped

    return [grouped(c) for c in scheme._get_permutation().codes(first, count)]


def new_batch(env, product, quantity):
    scheme = env.ref("serial_dossier.serial_scheme_random")
    batch = env["serial.batch"].create(
        {"product_id": product.id, "scheme_id": scheme.id, "quantity": quantity}
    )
    batch._reserve()
    batch.state = "minting"
    env.cr.commit()
    return batch


def run(env):
    other = env["serial.scheme"].create({"name": "Names for plain serials"})
    coded, plain = product_of(env, "Coded"), product_of(env, "Plain")
    batch = new_batch(env, coded, TOTAL)
    size = TOTAL // SLICES
    turns, memory = [], []
    for turn in range(SLICES):
        names = names_like_codes(other, turn * (size + ORM), size + ORM)
        seconds = {
            "mint": measured(lambda goal=size * (turn + 1): mint(env, batch, goal)),
            "plain": measured(lambda n=names[:size]: insert_plain(env, plain, n)),
            "orm": measured(lambda n=names[size:]: create_by_orm(env, plain, n)),
        }
        merge(env)  # what the ORM left is nobody's to pay for
        env.invalidate_all()
        turns.append(
            {"mint": size / seconds["mint"], "plain": size / seconds["plain"],
             "orm": ORM / seconds["orm"]}
        )  # fmt: skip
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return batch, turns, memory


@contextlib.contextmanager
def without_indexes(env, tables=("stock_lot", "serial_event")):
    """Drop indexes and foreign keys of tables, and make them again at the end."""
    env.cr.execute(
        """
        SELECT format('ALTER TABLE %%s DROP CONSTRAINT %%I', conrelid::regclass,
                      conname),
               format('ALTER TABLE %%s ADD CONSTRAINT %%I %%s', conrelid::regclass,
                      conname, pg_get_constraintdef(oid))
          FROM pg_constraint
         WHERE contype = 'f' AND conrelid = ANY(%(tables)s::regclass[])
         UNION ALL
        SELECT format('DROP INDEX %%s', indexrelid::regclass),
               pg_get_indexdef(indexrelid)
          FROM pg_index
         WHERE NOT indisprimary AND indrelid = ANY(%(tables)s::regclass[])
        """,
        {"tables": list(tables)},
    )
    statements = env.cr.fetchall()
    for drop, _make in statements:
        env.cr.execute(drop)
    env.cr.commit()
    yield
    for _drop, make in statements:
        env.cr.execute(make)
        env.cr.commit()


def fill(env, rows):
    """Mint serials that are just there, as fast as can be."""
    product = product_of(env, "There already")
    with without_indexes(env):
        while rows:
            batch = new_batch(env, product, min(rows, 5_000_000))
            while batch.state == "minting":
                batch._work({})
                env.cr.commit()
            rows -= batch.quantity
    env.cr._cnx.autocommit = True
    env.cr.execute("VACUUM ANALYZE stock_lot, serial_event")
    env.cr._cnx.autocommit = False


def check(env, batch):
    """Return how many different codes there are and how many chains are broken."""
    env.cr.execute(
        "SELECT count(*), count(DISTINCT scan_code), min(id), max(id) FROM stock_lot "
        "WHERE serial_batch_id = %s",
        (batch.id,),
    )
    count, distinct, first, last = env.cr.fetchone()
    assert count == distinct == TOTAL, (count, distinct)
    sample = list(range(first, last, max((last - first) // 50_000, 1)))
    env.cr.execute(
        "SELECT id FROM stock_lot WHERE id = ANY(%s) AND stage IS NOT NULL", (sample,)
    )
    ids = [row[0] for row in env.cr.fetchall()]
    broken = env["serial.event"]._get_broken_chains(ids)
    assert not broken, broken[:10]
    return len(ids)


def mean(turns, name):
    """Return the serials a second over all turns."""
    return len(turns) / sum(1 / turn[name] for turn in turns)


def rows_of(turns):
    """Return the lines of the table for the turns of one run."""
    minted, plain, orm = (mean(turns, name) for name in ("mint", "plain", "orm"))
    first, last = turns[0], turns[-1]
    lines = [
        ("mint", minted, 1.0, ""),
        ("against a plain SQL insert into stock_lot", plain, minted / plain, "≥ 0.6"),
        ("against the ORM's own create", orm, minted / orm, "≥ 8"),
        ("last tenth against the first", last["mint"],
         last["mint"] / first["mint"], "about 1"),
        ("the same of the plain insert", last["plain"],
         last["plain"] / first["plain"], ""),
    ]  # fmt: skip
    names = ("what", "serials/s", "ratio", "goal")
    return [dict(zip(names, line, strict=True)) for line in lines]


def run_among(env, turns):
    """Measure once more among `ROWS` serials and report it against the first run."""
    fill(env, ROWS)
    batch, among, memory = run(env)
    lines = rows_of(among)
    for name, label in (("mint", "mint"), ("plain", "plain insert")):
        lines.append(
            {
                "what": f"{label} among them against before",
                "serials/s": mean(among, name),
                "ratio": mean(among, name) / mean(turns, name),
                "goal": "about 1" if name == "mint" else "",
            }
        )
    checked = check(env, batch)
    report(
        f"Minting {TOTAL:,} serials among {ROWS + 2 * TOTAL:,}",
        lines,
        note=f"{checked:,} chains were checked and hold. "
        f"Memory grew by {memory[-1] - memory[1]:.0f} MB from the second tenth on.",
    )


with database("serial_dossier_bench_mint") as name, odoo_env(name) as env:
    batch, turns, memory = run(env)
    checked = check(env, batch)
    report(
        f"Minting {TOTAL:,} serials (code, serial, event with hash)",
        rows_of(turns),
        note=f"All codes differ; {checked:,} chains were checked and hold. "
        f"Memory grew by {memory[-1] - memory[1]:.0f} MB from the second tenth on.",
    )
    if ROWS:
        run_among(env, turns)
