"""A recall in the demo: phones with batteries of one bad lot."""

from datetime import timedelta

from freezegun import freeze_time

BAD_BATCH = "ATL-2511-07"
UNITS = 18
REMEDIED = 6


def recall(story, today):
    """Find that one batch of batteries is bad, recall its phones, tell who has them."""
    _correct_parts(story, _choose_phones(story)[:UNITS])
    with freeze_time(today - timedelta(days=6)):
        found = _decide(story)
    recalled = found.unit_ids.lot_id
    for situation in ("activated", "shipped"):
        story.codes[situation] = [
            code
            for code in story.codes[situation]
            if code not in recalled.mapped("scan_code")
        ]
    story._keep("recalled", recalled[REMEDIED:])
    with freeze_time(today - timedelta(days=5)):
        found.with_user(story.users["manager"]).action_notify()
    with freeze_time(today - timedelta(days=2)):
        found.unit_ids[:REMEDIED].action_remedy()


def _choose_phones(story):
    lots = story.sent["SD", "AX1-128"] | story.sent["GD", "AX1-128"][:10]
    lots |= story.sent["JS", "AX1-256"]
    elsewhere = story.codes.get("in_repair", [])
    return lots.filtered(
        lambda lot: (
            lot.stage in ("shipped", "activated") and lot.scan_code not in elsewhere
        )
    )


def _correct_parts(story, lots):
    """Note from which batch of its maker the phones' batteries are."""
    battery = story.components["BAT-X1"]
    parts = lots.part_ids.filtered(
        lambda part: part.product_id == battery and not part.removed_at
    )
    parts.sudo().component_lot = BAD_BATCH


def _decide(story):
    """Return the recall, made by the desk and activated by the manager."""
    recalls = story.env["serial.recall"].with_user(story.users["user"])
    found = recalls.create(
        {
            "title": "The battery may overheat",
            "component_batch": BAD_BATCH,
            "hazard": "In rare cases the battery becomes so hot while it is charged "
            "that it can catch fire.",
            "instructions": "Do not charge the phone any more, and switch it off.",
            "remedy": "We replace the battery free of charge at any of our service "
            "centres. It takes half an hour.",
            "dealer_note": "Take these phones off the shelf and send them back to us.",
        }
    )
    chinese = found.with_context(lang="zh_CN")
    if story.env["res.lang"]._lang_get("zh_CN"):
        chinese.title = "电池可能过热"
        chinese.hazard = "在极少数情况下，电池充电时会过热，可能起火。"
        chinese.instructions = "请停止充电并关机。"
        chinese.remedy = "我们在任何服务网点免费更换电池，约需半小时。"
        chinese.dealer_note = "请将这些手机下架并寄回。"
    found.action_compute()
    found.with_user(story.users["manager"]).action_activate()
    return found
