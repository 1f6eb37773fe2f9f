"""The service network: centres in four cities, requests of consumers, a settlement."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

# name, Chinese name, province, city, street, phone, latitude, longitude
CENTRES = [
    (
        *("Futian Service Centre", "福田服务中心", "GD", "Shenzhen"),
        *("Shennan Road 1001", "+86 755 8300 1200", 22.54, 114.06),
    ),
    (
        *("Tianhe Service Centre", "天河服务中心", "GD", "Guangzhou"),
        *("Tianhe Road 228", "+86 20 8500 3400", 23.13, 113.33),
    ),
    (
        *("Xihu Service Centre", "西湖服务中心", "ZJ", "Hangzhou"),
        *("Wensan Road 90", "+86 571 8800 5600", 30.27, 120.13),
    ),
    (
        *("Wuhou Service Centre", "武侯服务中心", "SC", "Chengdu"),
        *("Renmin South Road 27", "+86 28 8500 7800", 30.64, 104.05),
    ),
]
RATES = (110, 120, 115, 95)
HOURS = "Mon-Sat 9:00-18:00"
HOURS_ZH = "周一至周六 9:00-18:00"
# What consumers asked for in the last days: fault, their words.
REQUESTS = [
    ("battery_drains", "It goes off at 30 percent."),
    ("screen_broken", "It fell on the stairs, the glass is cracked."),
    ("no_charge", "It charges only when I hold the cable."),
]


def open_centres(story):
    """Open the centres; one has a technician who logs in."""
    story.centres = [
        _create_centre(story, row, rate)
        for row, rate in zip(CENTRES, RATES, strict=True)
    ]
    login = story._create_user("centre", "Futian technician", ["base.group_portal"])
    login.partner_id.parent_id = story.centres[0]
    story.users["centre"] = login


def ask_and_settle(story, today):
    """Let consumers ask for repairs, and settle those of last month."""
    _ask(story, today)
    month = today.date() - relativedelta(months=1, day=1)
    sheets = story.env["serial.service.settlement"]._settle(month, story.env.company)
    sheets[:1].with_user(story.users["manager"]).action_confirm()


def _create_centre(story, row, rate):
    name, name_zh, iso, city, street, phone, latitude, longitude = row
    state = story.env.ref(f"base.state_cn_{iso}")
    centre = story.env["res.partner"].create(
        {
            "name": f"{name} {name_zh}",
            "is_company": True,
            "is_service_centre": True,
            "street": street,
            "city": city,
            "state_id": state.id,
            "country_id": state.country_id.id,
            "phone": phone,
            "partner_latitude": latitude,
            "partner_longitude": longitude,
            "service_hours": HOURS,
        }
    )
    if story.env["res.lang"]._lang_get("zh_CN"):
        centre.with_context(lang="zh_CN").service_hours = HOURS_ZH
    rates = story.env["serial.service.rate"]
    rates.create({"centre_id": centre.id, "hourly_rate": rate})
    return centre


def _ask(story, today):
    """Let consumers ask for repairs at the first centre."""
    env = story.env
    busy = env["repair.order"].search([]).lot_id
    sold = [lot for lot, _iso in story.consumers if lot not in busy]
    activations = env["serial.activation"]
    for number, (fault, words) in enumerate(REQUESTS):
        phone = activations._parse_phone(f"+861380013800{number}", "CN", None)
        with freeze_time(today - timedelta(hours=5 + 20 * number)):
            env["repair.order"]._request(
                sold[-1 - number].sudo(),
                {
                    "fault_id": env.ref(
                        f"serial_dossier.serial_repair_code_fault_{fault}"
                    ).id,
                    "centre_id": story.centres[0].id,
                    "words": words,
                    "phone": activations._prepare_phone_vals(phone),
                    **env["serial.page"]._get_service_consent(),
                },
            )
