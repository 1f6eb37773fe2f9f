"""A file of stores: whose they are, what they may sell, and until when."""

import re
from dataclasses import dataclass
from datetime import date

from . import cell, sheet
from .cell import RowError
from .errors import SerialError
from .sheet_reader import SheetReader
from .web_address import read_url

MAX_NAME = 128
MAX_PRODUCTS = 500
_SEPARATORS = re.compile(r"[;,|，；、\s]+")

#: Headers by field, in English and Chinese.
ALIASES = {
    "platform": "platform marketplace channel 平台 电商平台 渠道 平台名称",
    "store": "storeid shopid store shop sellerid 店铺id 店铺编号 店铺号 店铺 卖家id",
    "name": "name storename shopname sellername 店铺名称 店铺名 店名 名称 卖家名称",
    "url": "url link storeurl shopurl website 链接 店铺链接 网址 店铺网址",
    "partner": (
        "distributor partner owner dealer distributorcode 经销商 分销商 经销商编号 "
        "经销商名称 代理商 所属经销商"
    ),
    "products": (
        "products product sku skus productcodes authorisedproducts authorizedproducts "
        "产品 授权产品 商品 产品编码 货号"
    ),
    "date_from": (
        "from datefrom validfrom start startdate authorisedfrom authorizedfrom "
        "开始日期 授权开始 授权开始日期 生效日期"
    ),
    "date_to": (
        "to until dateto validto validuntil end enddate authoriseduntil "
        "authorizeduntil 结束日期 授权结束 授权结束日期 失效日期 到期日期"
    ),
}
LAYOUT = sheet.Layout(ALIASES, required=("platform", "store"))


@dataclass(frozen=True)
class StoreRow:
    """What a row says about one store; what it does not say is None."""

    row: int
    platform: str
    store: str
    name: str | None = None
    url: str | None = None
    partner: str | None = None
    products: tuple[str, ...] | None = None
    date_from: date | None = None
    date_to: date | None = None


class Reader(SheetReader):
    """The stores of a file; each may stand in it once."""

    def _parse_row(self, number, cells, columns, now):
        return parse(number, cells, columns)

    def _name_of(self, item):
        return (item.platform.lower(), item.store), "store", item.store


def parse(row: int, cells, columns) -> tuple[StoreRow | None, list[RowError]]:
    """Return the store a row describes, or every error of the row.

    >>> columns = [sheet.Column(0, "Platform", "platform"),
    ...            sheet.Column(1, "Store", "store")]
    >>> parse(2, ["JD", 10001.0], columns)[0].store
    '10001'
    >>> [error.reason for error in parse(3, ["JD", ""], columns)[1]]
    ['empty']
    """
    values, errors = cell.read_row(row, cells, columns, _READERS, LAYOUT.required)
    begins, ends = values.get("date_from"), values.get("date_to")
    if begins and ends and ends < begins:
        errors.append(RowError(row, "ends_before", "date_to", ends.isoformat()))
    return (None, errors) if errors else (StoreRow(row=row, **values), [])


def _name(content):
    return cell.short_text(content, MAX_NAME)


def _store(content):
    text = cell.number_text(content)
    cell.require_short(text, MAX_NAME)
    return cell.short_text(text, MAX_NAME)


def _url(content):
    text = str(content or "").strip()
    return read_url(text) if text else None


def _products(content):
    codes = [part for part in _SEPARATORS.split(cell.text_of(content)) if part]
    if len(codes) > MAX_PRODUCTS:
        raise SerialError("too_many_parts", maximum=MAX_PRODUCTS, found=len(codes))
    return tuple(dict.fromkeys(cell.short_text(code) for code in codes))


def _day(content):
    moment = cell.moment_of(content)
    return moment and moment.date()


_READERS = {
    "platform": _name,
    "store": _store,
    "name": _name,
    "url": _url,
    "partner": _name,
    "products": _products,
    "date_from": _day,
    "date_to": _day,
}
