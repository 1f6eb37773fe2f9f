"""Printing labels: 100,000 of a batch, into one file, as the background does.

Each output is made in a process of its own, whose memory is measured; then marks are
verified by reading back, a thousand at a time, as a camera on the line sends them.
SERIAL_DOSSIER_BENCH_LABELS sets how many.
"""

import multiprocessing
import os
import resource
import time

from bench_bind import create_product, settle

from harness import database, mint, odoo_env, report

LABELS = int(os.environ.get("SERIAL_DOSSIER_BENCH_LABELS", 100_000))
READINGS = 20_000
TEMPLATE = "serial_dossier.serial_label_template"


def fill(env):
    """Mint the serials of a product with a GTIN; return the batch."""
    product = create_product(env)
    product.write({"barcode": "09520123456788"})
    env.company.serial_gs1_prefix = "9520123"
    batch = mint(env, product, LABELS)
    settle(env)
    return batch


def peak():
    """Return the most memory this process had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def create_job(env, batch_id, template, output):
    """Return a job for all labels, those that were printed before too."""
    return env["serial.label.job"].create(
        {
            "batch_id": batch_id,
            "template_id": env.ref(f"{TEMPLATE}_{template}").id,
            "output": output,
            "printed_before": "reprint",
            "reason": "bench",
        }
    )


def print_labels(env, batch_id, template, output):
    """Print all labels as the background does; return the row of the table."""
    job = create_job(env, batch_id, template, output)
    job._start_drafts()
    env.cr.commit()
    first, tenth = peak(), None
    start = time.perf_counter()
    while job.state == "running":
        job._work({})
        env.cr.commit()
        env.invalidate_all()
        if tenth is None and job.done_count >= LABELS / 10:
            tenth = peak()
    seconds = time.perf_counter() - start
    return {
        "labels": job.done_count,
        "template": template,
        "output": output,
        "seconds": seconds,
        "labels/s": job.done_count / seconds,
        "MB of the file": sum(job.file_ids.mapped("size")) / 1e6,
        "memory at the start, MB": first,
        "after a tenth": tenth,
        "at most": peak(),
    }


def work(pipe, name, *args):
    """Do a job in this process, and send its row."""
    with odoo_env(name) as env:
        pipe.send(print_labels(env, *args))


def in_process(*args):
    """Do a job in a fresh process, so that its memory is its own."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=work, args=(theirs, *args))
    process.start()
    theirs.close()
    row = ours.recv()
    process.join()
    return row


def verify(name, batch_id):
    """Read labels back, a thousand at a time; return the row of the table."""
    with odoo_env(name) as env:
        marks = env["serial.mark"].search([("state", "=", "printed")], limit=READINGS)
        contents = marks.mapped("content")
        start = time.perf_counter()
        for at in range(0, len(contents), 1000):
            answers = env["serial.mark"].verify(contents[at : at + 1000])
            assert {answer["result"] for answer in answers} == {"verified"}
            env.cr.commit()
        seconds = time.perf_counter() - start
        return {"readings": len(contents), "readings/s": len(contents) / seconds}


def main():
    """Print by each way, and verify."""
    with database() as name:
        with odoo_env(name) as env:
            batch_id = fill(env).id
            env.cr.commit()
        rows = [
            in_process(name, batch_id, template, output)
            for template, output in (
                ("roll", "pdf"),
                ("sheet_65", "pdf"),
                ("roll_small", "zpl"),
                ("roll_small", "csv"),
                ("roll_small", "xlsx"),
                ("tag", "rfid"),
            )
        ]
        report(f"Printing {LABELS:,} labels into one file", rows)
        report("Verifying labels, 1,000 readings a call", [verify(name, batch_id)])


if __name__ == "__main__":
    main()
