from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core import listing_file, sheet, store_file

NOW = datetime(2026, 3, 2, 16)


def to_utc(moment):
    return moment - timedelta(hours=8)


def stores(text):
    reader = store_file.Reader(sheet.read(text.encode(), store_file.LAYOUT))
    return reader.take(100, NOW)


def listings(text):
    found = sheet.read(text.encode(), listing_file.LAYOUT)
    return listing_file.Reader(found, "CNY", to_utc).take(100, NOW)


@pytest.mark.parametrize("module", [store_file, listing_file])
def test_every_alias_names_one_field_only(module):
    aliases = [alias for text in module.ALIASES.values() for alias in text.split()]
    assert len(aliases) == len(set(aliases))
    assert all(sheet.header_key(alias) == alias for alias in aliases)


def test_a_store_is_read():
    _count, (row,), errors = stores(
        "平台,店铺编号,店铺名称,经销商,授权产品,开始日期,到期日期,链接\n"
        "京东,10001,越秀旗舰店,YX,AX1;AX2 AX1,2026-01-01,2026年12月31日,"
        "https://mall.jd.com/index-10001.html\n"
    )
    assert not errors
    assert (row.platform, row.store, row.name) == ("京东", "10001", "越秀旗舰店")
    assert row.products == ("AX1", "AX2")
    assert (row.date_from, row.date_to) == (date(2026, 1, 1), date(2026, 12, 31))


def test_a_wrong_cell_refuses_its_row_and_no_other():
    count, rows, errors = stores(
        "Platform,Store ID,Name,Link,From,To\n"
        "jd,,x,,,\n"
        "jd,2,x,javascript:alert(1),,\n"
        "jd,3,x,,never,\n"
        "jd,4,x,,2026-02-01,2026-01-01\n"
        f"jd,5,{'x' * 10_000},,,\n"
        "jd,6,=1+1,,,\n"
        "jd,7,x,,,\n"
        "JD,7,y,,,\n"
    )
    assert count == 8
    assert [row.store for row in rows] == ["7"]
    assert [(error.row, error.reason) for error in errors] == [
        (2, "empty"),
        (3, "bad_url"),
        (4, "bad_date"),
        (5, "ends_before"),
        (6, "too_long"),
        (7, "bad_characters"),
        (9, "repeated"),
    ]


def test_a_file_without_a_needed_column_says_which():
    with pytest.raises(sheet.SerialError) as caught:
        stores("Platform,Name\njd,x\n")
    assert caught.value.reason == "no_column"
    assert caught.value.values["required"] == ["platform", "store"]


def test_a_listing_is_read():
    _count, (seen,), errors = listings(
        "平台,店铺编号,货号,价格,采集时间\n京东,10001,AX1,¥1299.00,2026/3/2 9:30\n"
    )
    assert not errors
    assert (seen.amount, seen.currency) == (Decimal("1299.00"), "CNY")
    assert seen.observed_at == datetime(2026, 3, 2, 1, 30)
    assert seen.observed_on == date(2026, 3, 2)


def test_the_same_listing_twice_is_no_error():
    text = "Platform,Store,SKU,Price,Time\n" + "jd,1,AX1,9.90,2026-03-01\n" * 2
    assert listings(text)[1][0] == listings(text)[1][0]
    assert len(listings(text)[1]) == 2 and not listings(text)[2]


@pytest.mark.parametrize(
    "cells, reason",
    [
        ("jd,1,AX1,-5,2026-03-01", "bad_price"),
        ("jd,1,AX1,0,2026-03-01", "bad_price"),
        ("jd,1,AX1,1e9,2026-03-01", "bad_price"),
        ("jd,1,AX1,,2026-03-01", "empty"),
        ("jd,1,,5,2026-03-01", "missing_product"),
        ("jd,1,AX1,5,2026-03-02 16:01", "observed_in_future"),
        ("jd,1,AX1,5,1999-01-01", "bad_observed_at"),
        ("jd,1,AX1,5,soon", "bad_date"),
        (",1,AX1,5,2026-03-01", "empty"),
        (f"jd,{'1' * 10_000},AX1,5,2026-03-01", "bad_store_id"),
    ],
)
def test_a_wrong_listing_is_refused(cells, reason):
    _count, rows, errors = listings("Platform,Store,SKU,Price,Time\n" + cells + "\n")
    assert not rows
    assert [error.reason for error in errors] == [reason]
