"""Minting against plain SQL and against the ORM, in turns on one growing table.

SERIAL_DOSSIER_BENCH_MINT sets the number of serials (default one million).
"""

import os
import resource

from harness import database, measured, odoo_env, report

TOTAL = int(os.environ.get("SERIAL_DOSSIER_BENCH_MINT", "1000000"))
SLICES = 10
ORM = 2_000  # serials the ORM creates in each turn: it is the slow one


def product_of(env, name):
    return env["product.product"].create(
        {"name": name, "is_storable": True, "tracking": "serial"}
    )


def mint(env, batch, goal):
    """Mint as the background worker does: a chunk a transaction."""
    while batch.minted_count < goal:
        batch._mint_chunk()
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


def create_by_orm(env, product, names):
    env["stock.lot"].create([{"name": n, "product_id": product.id} for n in names])
    env.flush_all()
    env.cr.commit()


def names_like_codes(scheme, first, count):
    """Return random serial numbers of the minted ones' shape."""
    from odoo.addons.serial_dossier.core.code_scheme import grouped

    return [grouped(c) for c in scheme._get_permutation().codes(first, count)]


def run(env):
    scheme = env.ref("serial_dossier.serial_scheme_random")
    other = env["serial.scheme"].create({"name": "Names for plain serials"})
    coded, plain = product_of(env, "Coded"), product_of(env, "Plain")
    batch = env["serial.batch"].create(
        {"product_id": coded.id, "scheme_id": scheme.id, "quantity": TOTAL}
    )
    batch._reserve()
    batch.state = "minting"
    env.cr.commit()
    size = TOTAL // SLICES
    turns, memory = [], []
    for turn in range(SLICES):
        names = names_like_codes(other, turn * (size + ORM), size + ORM)
        seconds = {
            "mint": measured(lambda goal=size * (turn + 1): mint(env, batch, goal)),
            "plain": measured(lambda n=names[:size]: insert_plain(env, plain, n)),
            "orm": measured(lambda n=names[size:]: create_by_orm(env, plain, n)),
        }
        env.invalidate_all()
        turns.append(
            {"mint": size / seconds["mint"], "plain": size / seconds["plain"],
             "orm": ORM / seconds["orm"]}
        )  # fmt: skip
        memory.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return batch, turns, memory


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


with database("serial_dossier_bench_mint") as name, odoo_env(name) as env:
    batch, turns, memory = run(env)
    checked = check(env, batch)

total = {k: SLICES / sum(1 / turn[k] for turn in turns) for k in ("mint", "plain")}
orm = SLICES / sum(1 / turn["orm"] for turn in turns)
report(
    f"Minting {TOTAL:,} serials (code, serial, event with hash)",
    [
        {"what": "mint", "serials/s": total["mint"], "ratio": 1.0, "goal": ""},
        {
            "what": "against a plain SQL insert into stock_lot",
            "serials/s": total["plain"],
            "ratio": total["mint"] / total["plain"],
            "goal": "≥ 0.6",
        },
        {
            "what": "against the ORM's own create",
            "serials/s": orm,
            "ratio": total["mint"] / orm,
            "goal": "≥ 8",
        },
        {
            "what": "last tenth against the first",
            "serials/s": turns[-1]["mint"],
            "ratio": turns[-1]["mint"] / turns[0]["mint"],
            "goal": "about 1",
        },
    ],
    note=f"All codes differ; {checked:,} chains were checked and hold. "
    f"Memory grew by {memory[-1] - memory[1]:.0f} MB from the second tenth on.",
)
