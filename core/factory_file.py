"""What a factory file holds: units, their identifiers and components."""

from . import sheet

#: Headers by field, in English and Chinese.
ALIASES = {
    "serial": (
        "serial serialnumber serialno serialnum sn s/n productserial deviceserial "
        "unitserial sn码 sn号 序列号 序列号sn 产品序列号 整机序列号 设备序列号 "
        "机身号 机身码 机身序列号"
    ),
    "imei": "imei imei1 imeino imeinumber imeicode 串号 手机串号 串码 imei号 imei1号",
    "imei2": "imei2 imeino2 secondimei imei2号 串号2",
    "meid": "meid meidno meid号",
    "eid": "eid eidno esimeid eid号",
    "mac": "mac macaddress macaddr wifimac wlanmac mac地址 物理地址",
    "plant": "plant factory site plantcode factorycode 工厂 厂区 工厂代码 生产工厂",
    "line": "line productionline lineno linecode 产线 生产线 线别 线体 拉线",
    "machine": "machine machineno station equipment 机台 机台号 设备 设备号 机器 工位",
    "date": (
        "date productiondate manufacturingdate manufacturedate mfgdate producedon "
        "builddate datecode 生产日期 制造日期 出厂日期 日期"
    ),
    "product": (
        "product productcode productno sku itemcode item internalreference "
        "defaultcode partnumber gtin ean ean13 barcode 产品 产品编码 产品编号 产品代码 "
        "物料编码 物料号 料号 货号 型号 条码 商品条码 条形码"
    ),
    "part": (
        "component components componentserial componentserials componentsn part parts "
        "partserial partserials partsn 部件 部件序列号 组件 组件序列号 零件序列号 "
        "配件序列号 物料序列号"
    ),
}

LAYOUT = sheet.Layout(
    ALIASES, required=("serial",), repeated="part", missing="no_serial_column"
)


def read(content: bytes) -> sheet.Sheet:
    """Return the sheet of a factory file.

    >>> found = read("序列号,串号\\nA1,490154203237518\\n".encode("gb18030"))
    >>> [(column.field, column.header) for column in found.columns]
    [('serial', '序列号'), ('imei', '串号')]
    """
    return sheet.read(content, LAYOUT)
