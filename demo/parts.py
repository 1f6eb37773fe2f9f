"""What is built into the demo's phones: a battery and a display, each with a serial."""

from odoo import Command

COMPONENTS = [
    ("BAT-X1", "Battery 4500 mAh", "电池 4500 毫安时", "BAT"),
    ("DSP-X1", 'Display 6.5"', "6.5 英寸屏幕", "DSP"),
]
SPARES = 10


def create_components(story):
    """Create the components, the phones' bills of materials, and spares in stock."""
    env = story.env
    story.components = {}
    for code, name, name_zh, prefix in COMPONENTS:
        component = env["product.product"].create(
            {
                "name": name,
                "default_code": code,
                "is_storable": True,
                "tracking": "serial",
            }
        )
        story._translate(component.product_tmpl_id, name_zh)
        story.components[prefix] = component
    for code, product in story.products.items():
        if code.startswith("AX"):
            env["mrp.bom"].create(
                {
                    "product_tmpl_id": product.product_tmpl_id.id,
                    "bom_line_ids": [
                        Command.create({"product_id": component.id, "product_qty": 1})
                        for component in story.components.values()
                    ],
                }
            )
    _create_spares(story)


def _create_spares(story):
    """Put spare parts into stock, and one battery on the list of the stolen."""
    env = story.env
    location = env["stock.warehouse"].search([], limit=1).lot_stock_id
    for prefix, component in story.components.items():
        spares = env["stock.lot"].create(
            [
                {"name": f"{prefix}-SPARE-{number:03}", "product_id": component.id}
                for number in range(1, SPARES + 1)
            ]
        )
        for spare in spares:
            env["stock.quant"]._update_available_quantity(
                component, location, 1, lot_id=spare
            )
    env["serial.part.stolen"].create(
        {
            "name": "BAT-STOLEN-001",
            "product_id": story.components["BAT"].id,
            "reference": "Shenzhen Nanshan 2026-0815",
            "note": "Taken from a parts lorry.",
        }
    )


def build_in(story, units):
    """Give phones their battery and display, as a factory file would."""
    env = story.env
    for prefix, component in story.components.items():
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
