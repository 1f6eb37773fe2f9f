"""What distributors do with their units: send on, receive, dispute."""

from datetime import timedelta

from freezegun import freeze_time


def pass_on(story, today):
    """Let the Guangdong distributor supply his two stores: a transfer in each state."""
    env, home = story.env, story.distributors["GD"]
    plaza, city = home.channel_child_ids.sorted("id")
    phones = story.sent["GD", "AX1-128"][story.homes["GD", "AX1-128"] :]
    banks = story.sent["GD", "PC-10K"][story.homes["GD", "PC-10K"] :]
    buyer, shopkeeper = story.users["distributor"], story.users["retailer"]
    with freeze_time(today - timedelta(days=20)):
        arrived = _send(env, buyer, plaza, banks[:8], "For the autumn sale")
    with freeze_time(today - timedelta(days=18)):
        arrived.with_user(shopkeeper)._portal_receive("all")
    with freeze_time(today - timedelta(days=6)):
        disputed = _send(env, buyer, city, banks[8:13], "Courier SF 7781")
    with freeze_time(today - timedelta(days=4)):
        entries = [(None, lot.name) for lot in banks[8:12]]
        disputed.sudo()._receive(entries, close=True)
    with freeze_time(today - timedelta(days=2)):
        called_off = _send(env, buyer, plaza, banks[14:16], "Wrong colour")
        called_off._portal_cancel()
    with freeze_time(today - timedelta(days=1)):
        _send(env, buyer, plaza, phones[:4], "Two boxes, with the Tuesday tour")
        _draft(env, buyer, city, phones[4:6], "")


def _draft(env, user, receiver, lots, note):
    transfer = env["serial.channel.transfer"].with_user(user)
    transfer = transfer._portal_create(receiver, note)
    transfer._portal_add([lot.scan_code for lot in lots])
    return transfer


def _send(env, user, receiver, lots, note):
    transfer = _draft(env, user, receiver, lots, note)
    transfer._portal_send()
    return transfer
