"""Files as our pages, portals and links send them."""

from odoo.http import content_disposition, request

PDF = "application/pdf"
CSV = "text/csv; charset=utf-8"


def send_file(content, name, mimetype, is_inline=False, **headers):
    """Answer with a file that nobody keeps, and no other site hears of.

    :param is_inline: whether the browser is to show it, and not to save it
    :param headers: names with `_` for `-`, besides the usual ones or in their place
    """
    kind = "inline" if is_inline else "attachment"
    usual = {
        "Content-Type": mimetype,
        "Content-Disposition": content_disposition(name, kind),
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Robots-Tag": "noindex, nofollow",
    }
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return request.make_response(content, list({**usual, **changed}.items()))


def send_picture(attachment, **headers):
    """Answer with a picture that somebody gave us: it is shown, and runs nothing."""
    return send_file(
        attachment.raw,
        attachment.name,
        attachment.mimetype,
        is_inline=True,
        Content_Security_Policy="default-src 'none'",
        **headers,
    )
