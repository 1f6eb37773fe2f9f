"""What the demo's phones are made of: their parts, and spares of them in stock."""

from odoo import Command

# code, name, Chinese name, how its serials begin ("": it has none), cost, price, maker,
# its Chinese name
COMPONENTS = [
    (
        *("BAT-X1", "Battery 4500 mAh", "电池 4500 毫安时", "BAT"),
        *(68, 169, "Ningde Cells", "宁德电芯"),
    ),
    (
        *("DSP-X1", 'Display 6.5"', "6.5 英寸屏幕", "DSP"),
        *(310, 699, "Huaxing Displays", "华星显示"),
    ),
    (
        *("PRT-X1", "Charging port", "充电口", ""),
        *(22, 89, "Ningde Cells", "宁德电芯"),
    ),
]
SPARES = 20


def create_components(story):
    """Create the components, the phones' bills of materials, and spares in stock."""
    story.components, story.prefixes, story.spares = {}, {}, {}
    for code, name, name_zh, prefix, cost, price, maker, maker_zh in COMPONENTS:
        supplier = _get_supplier(story.env, f"{maker} {maker_zh}")
        component = story.env["product.product"].create(
            {
                "name": name,
                "default_code": code,
                "is_storable": True,
                "tracking": "serial" if prefix else "none",
                "standard_price": cost,
                "list_price": price,
                "seller_ids": [
                    Command.create({"partner_id": supplier.id, "price": cost})
                ],
            }
        )
        story._translate(component.product_tmpl_id, name_zh)
        story.components[code] = component
        story.prefixes[code] = prefix
    _create_boms(story)
    _create_spares(story)
    _report_stolen(story)


def _get_supplier(env, name):
    """Return the maker of parts, new if he is."""
    found = env["res.partner"].search([("name", "=", name)], limit=1)
    return found or found.create({"name": name, "is_company": True})


def _create_boms(story):
    """Say what each phone is made of."""
    for code, product in story.products.items():
        if code.startswith("AX"):
            story.env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "bom_line_ids": [
                        Command.create({"product_id": component.id, "product_qty": 1})
                        for component in story.components.values()
                    ],
                }
            )


def _create_spares(story):
    """Put spare parts into stock."""
    env = story.env
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for code, component in story.components.items():
        spares = [env["stock.lot"]]
        if prefix := story.prefixes[code]:
            spares = env["stock.lot"].create(
                [
                    {"name": f"{prefix}-SPARE-{number:03}", "product_id": component.id}
                    for number in range(1, SPARES + 1)
                ]
            )
            story.spares[code] = list(spares)
        for spare in spares:
            env["stock.quant"]._update_available_quantity(
                component, location, 1 if spare else SPARES, lot_id=spare
            )


def _report_stolen(story):
    """Put one battery on the list of the stolen."""
    story.env["serial.part.stolen"].create(
        {
            "name": "BAT-STOLEN-001",
            "product_id": story.components["BAT-X1"].id,
            "reference": "Shenzhen Nanshan 2026-0815",
            "note": "Taken from a parts lorry.",
        }
    )


def build_in(story, units):
    """Give phones their battery and display, as a factory file would."""
    env = story.env
    for code, prefix in story.prefixes.items():
        if not prefix:
            continue
        component = story.components[code]
        lots = env["stock.lot"].create(
            [
                {"name": f"{prefix}-{unit.id:06}", "product_id": component.id}
                for unit in units
            ]
        )
        env["serial.part"]._insert_rows(
            [
                {
                    "lot_id": unit.id,
                    "name": lot.name,
                    "product_id": component.id,
                    "component_lot_id": lot.id,
                    # what a bad batch of its maker would be recalled by
                    "component_lot": f"{prefix}-2026-{number // 40 + 1:02}",
                    "source": "file",
                    "installed_at": unit.create_date,
                    "installed_by": "Factory file",
                }
                for number, (unit, lot) in enumerate(zip(units, lots, strict=True))
            ]
        )
