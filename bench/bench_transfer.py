"""What a transfer of many serials costs its sender and its receiver.

Both act as distributors do, through the portal's own methods: the sender pastes a list
and sends it, the receiver takes in the list he scanned. Up to and with each commit.
"""

import sys
import time
from types import SimpleNamespace

from bench_bind import create_product, mint, settle, spent

from harness import database, odoo_env, report

# Serials that exist before: a database that is empty plans other queries.
BEFORE = 200_000
SIZES = (500, 5_000)
GOAL = 3.0


def create_channel(env):
    """Return the portal users of a distributor and of a store that he supplies."""
    partners = env["res.partner"].create({"name": "Yuexiu", "channel_tier": "tier1"})
    partners += partners.create(
        {
            "name": "Tianhe Store",
            "channel_tier": "tier2",
            "channel_parent_id": partners.id,
        }
    )
    return [
        env["res.users"]
        .with_context(no_reset_password=True)
        .create(
            {
                "name": partner.name,
                "login": partner.name,
                "partner_id": env["res.partner"]
                .create({"name": f"Buyer of {partner.name}", "parent_id": partner.id})
                .id,
                "group_ids": [(6, 0, env.ref("base.group_portal").ids)],
            }
        )
        for partner in partners
    ]


def ship(env, partner, count):
    """Return new serials that a distributor holds."""
    lots = mint(env, create_product(env), count)
    lots._move_to_stage("produced", "produced")
    now = env.cr.now().replace(microsecond=0)
    env["serial.event"]._record(
        lots.ids,
        "shipped",
        "shipped",
        lot_values={"channel_partner_id": partner.id, "shipped_at": now},
    )
    bound = SimpleNamespace(
        lot_ids=lots.ids,
        partner_id=partner.id,
        region_id=None,
        picking_id=None,
        date=now,
    )
    env["serial.channel.assignment"]._open([bound])
    return lots


def measure(env, users, count):
    """Return the row of the table for a transfer of so many serials."""
    sender, receiver = (user._get_channel_partner() for user in users)
    texts = "\n".join(ship(env, sender, count).mapped("scan_code"))
    transfers = env["serial.channel.transfer"].with_user(users[0])
    transfer = transfers._portal_create(receiver)
    row = {"serials": count}
    queries, cpu = 0, 0.0
    for name, user, step in (
        ("add (s)", users[0], lambda one: one._portal_add(texts)),
        ("send (s)", users[0], lambda one: one._portal_send()),
        ("receive (s)", users[1], lambda one: one._portal_receive(texts)),
    ):
        settle(env)
        used, before, start = spent(env), env.cr.sql_log_count, time.perf_counter()
        step(transfer.with_user(user))
        env.cr.commit()
        row[name] = time.perf_counter() - start
        queries += env.cr.sql_log_count - before
        cpu += spent(env) - used
    assert transfer.state == "received", transfer.state
    assert transfer.received_count == count, transfer.received_count
    row["in all (s)"] = sum(row[name] for name in list(row)[1:])
    row["CPU (s)"] = cpu
    row["queries"] = queries
    return row


def main():
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    with database("serial_dossier_bench_transfer") as name, odoo_env(name) as env:
        env = env(context={**env.context, "tracking_disable": True})
        users = create_channel(env)
        mint(env, create_product(env), BEFORE)
        measure(env, users, 50)  # fills caches
        rows = [measure(env, users, size) for size in sizes]
    report(
        "Transfer between distributors",
        rows,
        f"Goal: a transfer of 5,000 serials within {GOAL:.0f} seconds in all, with as "
        "many queries whatever the number of serials.",
    )


if __name__ == "__main__":
    main()
