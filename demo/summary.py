"""What people and tools have to know of the demo: `.odoo/demo.json`."""

import json
import os
from datetime import datetime, timedelta
from pathlib import Path

from odoo.tools import config

LOGINS = ("manager", "user", "auditor", "distributor", "retailer", "centre")


def write_summary(env, users, codes):
    """Write the demo's address, log-ins, key and codes by situation."""
    summary = {
        "base_url": os.environ.get("SERIAL_DOSSIER_BASE_URL", ""),
        "users": {
            login: {"login": login, "password": login}
            for login in LOGINS
            if login in users
        },
        "api_key": env["serial.api.key"]._generate(
            "Device cloud (demo)",
            users["device_cloud"],
            datetime.now() + timedelta(days=80),
        ),
        "codes": codes,
    }
    path = Path(config["data_dir"]).parent / "demo.json"
    path.write_text(json.dumps(summary, indent=2, ensure_ascii=False) + "\n")
