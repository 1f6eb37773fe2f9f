"""What a person needs to look around the demo.

demo_card.py move URL  the server is at another address than when the data was built
demo_card.py show URL  print addresses and logins
"""

import json
import sys

import database

CARD = database.INSTANCE / "demo.json"


def card():
    return json.loads(CARD.read_text("utf-8")) if CARD.exists() else {}


def move(url):
    """Write the address where links and QR codes point."""
    query = "UPDATE ir_config_parameter SET value = %s WHERE key = 'web.base.url'"
    with database.connection("demo") as cr:
        cr.execute(query, [url])
    content = card()
    if content and content.get("base_url") != url:
        content["base_url"] = url
        CARD.write_text(json.dumps(content, ensure_ascii=False, indent=2), "utf-8")


def show(url):
    """Print addresses and logins."""
    content = card()
    users = content.get("users") or {
        "administrator": {"login": "admin", "password": "admin"}
    }
    print(f"\nBack office and portal  {url}/odoo")
    for role, user in users.items():
        print(f"  {role:<20}  {user['login']}  {user['password']}")
    print(f"Consumer's page         {url}/sn")
    for situation, codes in content.get("codes", {}).items():
        if codes:
            print(f"  {situation:<20}  {url}/sn/{codes[0]}")
    if content:
        print(f"Everything              {CARD}")
    print(flush=True)


if __name__ == "__main__":
    {"move": move, "show": show}[sys.argv[1]](sys.argv[2])
