"""A file of listings: what stores offer, and at what price."""

from dataclasses import replace
from decimal import Decimal

from . import cell, listing_item, sheet
from .cell import RowError
from .errors import SerialError
from .listing_item import Seen
from .sheet_reader import SheetReader
from .web_address import read_url

#: Headers by field, in English and Chinese.
ALIASES = {
    "platform": "platform marketplace channel 平台 电商平台 渠道 平台名称",
    "store": "storeid shopid store shop sellerid 店铺id 店铺编号 店铺号 店铺 卖家id",
    "url": "url link listing listingurl itemurl 链接 商品链接 网址",
    "sku": (
        "sku product productcode productno itemcode defaultcode internalreference "
        "产品 产品编码 产品编号 货号 料号 型号"
    ),
    "gtin": "gtin ean ean13 upc barcode 条码 商品条码 条形码",
    "price": "price amount unitprice 价格 售价 单价 到手价 成交价",
    "currency": "currency currencycode 币种 货币",
    "observed": (
        "observedat seenat time date datetime observed seen 时间 日期 采集时间 "
        "采集日期 抓取时间"
    ),
}
LAYOUT = sheet.Layout(ALIASES, required=("platform", "store", "price", "observed"))


class Reader(SheetReader):
    """The listings of a file; a repeated one is no error: it is kept once.

    :param currency: of rows that name none
    :param to_utc: what turns a local time into naive UTC
    """

    def __init__(self, found: sheet.Sheet, currency: str, to_utc):
        super().__init__(found)
        self._currency = currency
        self._to_utc = to_utc

    def _parse_row(self, number, cells, columns, now):
        return parse(number, cells, columns, now, self._currency, self._to_utc)


def parse(row, cells, columns, now, currency, to_utc):
    """Return the listing a row describes, or every error of the row.

    `now` is the local time of whoever imports.
    """
    values, errors = cell.read_row(row, cells, columns, _READERS, LAYOUT.required)
    if errors:
        return None, errors
    try:
        return _to_seen(row, {"currency": currency, **values}, now, to_utc), []
    except SerialError as error:
        return None, [RowError(row, error.reason, "", "", error.values)]


def _to_seen(row, values, now, to_utc):
    seen = Seen(
        platform=values["platform"].lower(),
        store_id=values["store"],
        url=values.get("url"),
        sku=values.get("sku"),
        gtin=values.get("gtin"),
        amount=values["price"],
        currency=values["currency"],
        row=row,
    )
    listing_item.require_product(seen)
    local = values["observed"]
    if local > now:
        raise SerialError("observed_in_future")
    timed = listing_item.with_time(seen, to_utc(local), local.date(), to_utc(now))
    return replace(timed, observed_at=timed.observed_at.replace(microsecond=0))


def _named(reason, maximum=listing_item.MAX_NAME):
    def read(content):
        text = cell.number_text(content)
        return listing_item.read_name(text, reason, maximum) if text else None

    return read


def _price(content):
    if isinstance(content, bool) or content in (None, ""):
        return None
    text = str(content).strip().lstrip("¥￥$€£").strip()
    if isinstance(content, float):
        text = f"{Decimal(repr(content)):f}"
    return listing_item.read_amount(text)


def _url(content):
    text = str(content or "").strip()
    return read_url(text) if text else None


def _gtin(content):
    text = cell.number_text(content)
    return listing_item.read_gtin(text) if text else None


def _currency(content):
    text = cell.text_of(content)
    return listing_item.read_currency(text) if text else None


_READERS = {
    "platform": _named("bad_platform"),
    "store": _named("bad_store_id"),
    "url": _url,
    "sku": _named("bad_sku", listing_item.MAX_SKU),
    "gtin": _gtin,
    "price": _price,
    "currency": _currency,
    "observed": cell.moment_of,
}
