"""What the demo brand sells, to whom, and from where its customers come.

GTINs are of GS1's prefix for examples, 952. Addresses are of public access networks of
the provinces they stand under, as MaxMind's GeoLite2 of 2018 places them.
"""

COMPANY = {
    "name": "Aurora Electronics",
    "street": "9 Keji South Road, Nanshan",
    "city": "Shenzhen",
    "zip": "518057",
    "phone": "+86 755 2600 9520",
    "website": "https://aurora.example.com",
}

# ruff: noqa: E501 -- tables read better in one line a row

# default code, name, Chinese name, GTIN-13, list price, warranty months, line
PRODUCTS = [
    ("AX1-128", "Aurora X1 128 GB", "极光 X1 128 GB", "9520123450014", 2999, 12, "A1"),
    ("AX1-256", "Aurora X1 Pro 256 GB", "极光 X1 Pro 256 GB", "9520123450021", 3999, 12, "A2"),
    ("PC-10K", "PowerCell 10 000 mAh", "电力芯 10000 毫安时", "9520123450038", 149, 12, "B1"),
    ("PC-20K", "PowerCell 20 000 mAh", "电力芯 20000 毫安时", "9520123450045", 229, 12, "B1"),
    ("KT-17", "AirKettle 1.7 L", "轻风电热水壶 1.7 升", "9520123450052", 199, 24, "C1"),
]  # fmt: skip

# Region (ISO 3166-2:CN), name, Chinese name, city, tier-2 partners (name, Chinese name)
DISTRIBUTORS = [
    ("GD", "Yuehai Telecom", "粤海通讯", "Guangzhou",
     [("Tianhe Digital Plaza", "天河数码广场"), ("Foshan Mobile City", "佛山手机城")]),
    ("ZJ", "Qiantang Digital", "钱塘数码", "Hangzhou", [("West Lake Phones", "西湖手机店")]),
    ("JS", "Jinling Electronics", "金陵电子", "Nanjing", []),
    ("SD", "Qilu Trading", "齐鲁商贸", "Jinan", [("Qingdao Mobile", "青岛通讯")]),
    ("SC", "Bashu Communications", "巴蜀通信", "Chengdu", []),
    ("BJ", "Yanjing Tech", "燕京科技", "Beijing", []),
]  # fmt: skip

# Distributor, region, first and last day from today, exclusive: one that has ended, and
# one to come for a region that another distributor has to himself.
MORE_CONTRACTS = [("SC", "CQ", -800, -200, True), ("SD", "JS", 30, 395, False)]

# Addresses of networks in each province.
NETWORKS = {
    "GD": ["61.144.56.", "14.215.1.", "183.2.1.", "119.145.1.", "121.8.1.", "58.62.1."],
    "ZJ": ["60.191.1.", "61.153.1.", "115.236.1.", "125.119.1.", "183.128.1."],
    "JS": ["221.228.1.", "218.2.135.", "222.184.1.", "180.101.1.", "49.64.1."],
    "SD": ["202.102.128.", "60.208.1.", "27.192.1.", "124.128.1.", "58.56.1."],
    "SC": ["61.139.2.", "118.112.1.", "182.128.1.", "171.208.1.", "222.208.1."],
    "BJ": ["202.106.0.", "114.240.1.", "124.64.1."],
}

# Who ships where: distributor's region -> (product, units shipped, activated at home).
SHIPMENTS = {
    "GD": [("AX1-128", 72, 60), ("PC-10K", 80, 59)],
    "ZJ": [("AX1-128", 16, 13), ("PC-20K", 20, 17)],
    "JS": [("AX1-256", 14, 7), ("PC-10K", 20, 5)],
    "SD": [("AX1-128", 12, 6), ("KT-17", 10, 4)],
    "SC": [("AX1-256", 12, 10), ("PC-20K", 16, 15)],
    "BJ": [("AX1-256", 10, 6), ("PC-10K", 12, 3)],
}

# Who does not acknowledge deliveries.
SLOW = {"BJ"}

# What the Guangdong distributor is to acknowledge.
INCOMING = ("AX1-128", 8)

# Leaks: distributor's region, product, units of the shipment, days ago, where those that
# left turned up and how many did, and how many turned up at home. Phones bound to
# Sichuan, where they are cheaper, in Guangdong; power banks of Guangdong in Beijing;
# phones of Zhejiang in Shandong.
LEAKS = [
    ("SC", "AX1-128", 26, 75, "GD", 16, 4),
    ("GD", "PC-20K", 28, 62, "BJ", 17, 5),
    ("ZJ", "AX1-128", 22, 50, "SD", 14, 3),
]  # fmt: skip

MINTED = {"AX1-128": 174, "AX1-256": 50, "PC-10K": 150, "PC-20K": 82, "KT-17": 24}
NEVER_PRODUCED = 8  # of each product: minted, waiting on the factory's printer
VOID = 6

# How people look at the page, and what is no person.
BROWSERS = [
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_3 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.56(0x18003838) NetType/WIFI Language/zh_CN",
    "Mozilla/5.0 (Linux; Android 15; 24129PN74C) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.6723.103 Mobile Safari/537.36 MicroMessenger/8.0.57.2820",
    "Mozilla/5.0 (Linux; Android 14; ALN-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0.5735.196 HuaweiBrowser/15.0.9.301 Mobile Safari/537.36",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36",
]
BOTS = [
    "Mozilla/5.0 (compatible; Baiduspider/2.0; +http://www.baidu.com/search/spider.html)",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
    "python-requests/2.32.3",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
] * 5

# Codes that people type and nobody minted.
MADE_UP = ["X8K29M4PLQ7RW", "AAAA2222BBBB3", "HELLO", "9520123450014", "K2M4P6R8T3V5X"]

USERS = [
    # login, name, groups
    ("manager", "Lin Wei (brand manager)", ["serial_dossier_group_manager"]),
    ("user", "Chen Jie (channel desk)", ["serial_dossier_group_user"]),
    ("device_cloud", "Device cloud", ["serial_dossier_group_user"]),
    ("auditor", "Zhao Min (auditor)", ["serial_dossier_group_auditor"]),
]
