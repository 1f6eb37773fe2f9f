"""Pages about the demo's products, found through the Digital Link on the label."""

# link type, title, Chinese title, address, language, media type
LINKS = [
    (
        "instructions",
        "User manual",
        "使用说明书（英文）",
        "https://aurora.example.com/{gtin}/manual.pdf",
        False,
        "application/pdf",
    ),
    (
        "instructions",
        "User manual in Chinese",
        "使用说明书",
        "https://aurora.example.com/{gtin}/shuoming.pdf",
        "zh_CN",
        "application/pdf",
    ),
    (
        "safetyInfo",
        "Safety",
        "安全须知",
        "https://aurora.example.com/{gtin}/safety",
        False,
        "text/html",
    ),
    (
        "support",
        "Help with this unit",
        "本机帮助",
        "https://aurora.example.com/help?sn={serial}",
        False,
        "text/html",
    ),
]


def keep_links(story):
    """Give every product of the demo its pages."""
    languages = {lang.code: lang for lang in story.env["res.lang"].search([])}
    for product in story.products.values():
        for kind, title, chinese, url, code, media_type in LINKS:
            if code and code not in languages:
                continue
            link = story.env["serial.product.link"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "link_type": kind,
                    "title": title,
                    "url": url,
                    "lang_id": code and languages[code].id,
                    "media_type": media_type,
                }
            )
            if "zh_CN" in languages:
                link.with_context(lang="zh_CN").title = chinese
