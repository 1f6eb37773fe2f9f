"""Labels in the demo: printed for each batch, read back on the line, some spoilt."""

from datetime import timedelta

from freezegun import freeze_time

GS1_PREFIX = "9520123"
# Labels that the camera on the line did not read, of each batch.
UNREAD = 6


def mark(story, lots, day):
    """Print labels for units, and read them back where the units are made."""
    company = story.env.company
    company.serial_gs1_prefix = company.serial_gs1_prefix or GS1_PREFIX
    code = lots.product_id.default_code
    phone = code.startswith("AX")
    template = "roll" if phone else "sheet_65"
    with freeze_time(day + timedelta(hours=3)):
        job = _print_labels(story, template, "pdf", lot_ids=lots.ids)
    with freeze_time(day + timedelta(hours=8)):
        marks = story.env["serial.mark"].with_user(story.users["user"])
        found = marks.search([("job_id", "=", job.id)], order="id")
        contents = found.mapped("content")
        marks.verify(contents[UNREAD:])
    if phone:
        with freeze_time(day + timedelta(hours=9)):
            _spoil(story, found, template)
    if code == "KT-17":
        with freeze_time(day + timedelta(hours=9)):
            _print_labels(story, "tag", "rfid", lot_ids=lots.ids)


def _print_labels(story, template, output, **values):
    """Return a job, done."""
    template = story.env.ref(f"serial_dossier.serial_label_template_{template}")
    jobs = story.env["serial.label.job"].with_user(story.users["user"])
    job = jobs.create({"template_id": template.id, "output": output, **values})
    job.action_print()
    while job.state == "running":
        job.sudo()._work({})
    return job


def _spoil(story, marks, template):
    """Print a few labels again, and end one that came off."""
    _print_labels(
        story,
        template,
        "pdf",
        lot_ids=marks[:3].lot_id.ids,
        printed_before="reprint",
        reason="Ribbon ran out",
    )
    marks[UNREAD]._void("Came off in the drop test")
