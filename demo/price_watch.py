"""The demo's stores on platforms, floor prices, and what six weeks of watching saw."""

from datetime import timedelta

# ruff: noqa: E501 -- tables read better in one line a row

# distributor's region, platform, store id, name, products (empty: all), authorised until (days from today)
STORES = [
    ("GD", "jd", "10482561", "Yuehai Flagship 粤海官方旗舰店", [], 300),
    ("GD", "tmall", "yuehai-digital", "Yuehai Digital 粤海数码专营店", [], 300),
    ("ZJ", "pinduoduo", "884120037", "Qiantang Power 钱塘充电专卖", ["PC-10K", "PC-20K"], 120),
    ("ZJ", "tmall", "qiantang-3c", "Qiantang 3C 钱塘数码旗舰店", [], 240),
    ("SC", "douyin", "dy5520931", "Bashu Live 巴蜀直播间", [], -12),
    ("BJ", "jd", "10933802", "Yanjing Tech 燕京科技专营店", [], 330),
    ("SD", "kuaishou", "ks770214", "Qilu Live 齐鲁优选", ["KT-17"], 200),
]  # fmt: skip

# product, region (empty: everywhere), floor price
FLOORS = [
    ("AX1-128", "", 2699),
    ("AX1-128", "GD", 2799),
    ("AX1-256", "", 3699),
    ("PC-10K", "", 119),
    ("PC-20K", "", 189),
    ("KT-17", "", 169),
]

# platform, store id, product, price of each week up to now
SERIES = [
    ("jd", "10482561", "AX1-128", ["2999", "2999", "2949", "2899", "2899", "2849"]),
    ("tmall", "yuehai-digital", "AX1-128", ["2999", "2959", "2959", "2899", "2859", "2829"]),
    ("tmall", "qiantang-3c", "AX1-128", ["2989", "2949", "2899", "2849", "2779", "2649"]),
    ("pinduoduo", "602271904", "AX1-128", ["2799", "2699", "2599", "2529", "2459", "2399"]),
    ("jd", "10933802", "AX1-256", ["3999", "3999", "3949", "3899", "3899", "3849"]),
    ("pinduoduo", "884120037", "PC-20K", ["219", "209", "199", "189", "185", "179"]),
    ("douyin", "dy5520931", "AX1-256", ["", "", "", "", "3799", "3759"]),
    ("pinduoduo", "884120037", "AX1-128", ["", "", "", "", "", "2799"]),
    ("kuaishou", "ks770214", "KT-17", ["", "", "", "", "", "179"]),
]  # fmt: skip

LINKS = {
    "jd": "https://item.jd.com/{number}.html",
    "tmall": "https://detail.tmall.com/item.htm?id={number}",
    "pinduoduo": "https://mobile.yangkeduo.com/goods.html?goods_id={number}",
    "douyin": "https://haohuo.jinritemai.com/views/product/detail?id={number}",
    "kuaishou": "https://app.kwaixiaodian.com/merchant/shop/detail?id={number}",
}


def watch_prices(story, today):
    """Create stores and floors, and report what was seen once a week."""
    env = story.env
    env.ref("base.CNY").active = True
    _create_stores(story, today)
    _create_floors(story)
    watcher = env["serial.diversion.listing"].with_user(story.users["user"])
    watcher._report(_get_items(today))
    lead = env["serial.diversion.lead"].search([("kind", "=", "under_floor")], limit=1)
    lead.with_user(story.users["user"]).action_open()


def _create_stores(story, today):
    env = story.env
    platforms = {
        platform.code: platform
        for platform in env["serial.channel.platform"].search([])
    }
    env["serial.channel.store"].create(
        [
            {
                "platform_id": platforms[platform].id,
                "store_id": store_id,
                "name": name,
                "partner_id": story.distributors[iso].id,
                "product_ids": [story.products[code].id for code in codes],
                "date_from": today.date() - timedelta(days=200),
                "date_to": today.date() + timedelta(days=days),
            }
            for iso, platform, store_id, name, codes, days in STORES
        ]
    )


def _create_floors(story):
    env = story.env
    regions = env["serial.channel.region"]
    env["serial.diversion.floor"].create(
        [
            {
                "product_id": story.products[code].id,
                "region_id": iso and regions.search([("code", "=", f"CN-{iso}")]).id,
                "price": price,
                "currency_id": env.ref("base.CNY").id,
            }
            for code, iso, price in FLOORS
        ]
    )


def _get_items(today):
    """Return the listings as a machine reports them, the oldest first."""
    items = []
    for week in range(6):
        for number, (platform, store_id, sku, prices) in enumerate(SERIES):
            seen_at = today - timedelta(days=7 * (5 - week) + 1, minutes=11 * number)
            if prices[week]:
                items.append(
                    {
                        "platform": platform,
                        "store_id": store_id,
                        "sku": sku,
                        "url": LINKS[platform].format(number=100_260_400 + number),
                        "price": {"amount": f"{prices[week]}.00", "currency": "CNY"},
                        "observed_at": seen_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
                    }
                )
    return items
