from collections import defaultdict

from odoo import api, fields, models

from odoo.addons.stock.models.stock_quant import StockQuant

# The context has here the ledger of what is moved together.
LEDGER = "serial_quant_ledger"
# In this context quants are made together.
TOGETHER = "serial_quants_together"


class Entry:
    """The one quant of a serial at a place, as it will be; maybe there is none yet."""

    def __init__(self, quant, bypass):
        self.exists = bool(quant)
        self.bypass = bypass
        self.quant = quant
        self.quantity = quant.quantity
        self.reserved = quant.reserved_quantity
        self.in_date = quant.in_date
        self.changes = {}

    def update(self, quantity, reserved, in_date, now):
        """Do what stock's `_update_available_quantity` does with one quant or none."""
        dates = [in_date] if in_date else []
        if self.exists and not self.bypass and self.in_date and self.quantity > 0:
            dates.append(self.in_date)
        in_date = min(dates, default=now)
        if quantity:
            self.quantity += quantity
            self.changes["quantity"] = self.quantity
        if reserved:
            reserved += self.reserved
            self.reserved = max(0, reserved) if self.exists else reserved
            self.changes["reserved_quantity"] = self.reserved
        if not self.exists or in_date != self.in_date:
            self.changes["in_date"] = in_date
        self.in_date = in_date
        self.exists = True
        return self.quantity - self.reserved, in_date


class Ledger:
    """What becomes of quants while many serials are moved, by quant.

    Entries are None where stock is to do its own work on the quants it finds.
    """

    def __init__(self):
        self.entries = {}
        self.locked = None
        self.cache = None

    def get_entry(self, cache, key, bypass):
        """Return the entry of a serial's quant: (product, location, lot, package,
        owner), or None.
        """
        if key not in self.entries:
            if self.locked is None:
                self._lock(cache)
            self.entries[key] = self._read(key, bypass)
        return self.entries[key]

    def _lock(self, cache):
        """Lock what stock would lock one by one; what others hold is left to it."""
        self.cache = cache
        quants = [quants for key, quants in cache.items() if key[2] and quants]
        if quants:
            quants = quants[0].union(*quants).sudo()
            quants = quants.try_lock_for_update(allow_referencing=True)
        self.locked = {quant.id for quant in quants}

    def _read(self, key, bypass):
        product_id, location_id, _lot_id, *rest = key
        quants = self.cache[key]
        untracked = self.cache.get((product_id, location_id, False, *rest))
        if untracked or len(quants) > 1 or not set(quants.ids) <= self.locked:
            return None
        return Entry(quants.sudo(), bypass)


class SerialQuantLedgerMixin(models.AbstractModel):
    """Moves the quants of many serials at once: stock takes a lock, two look-ups and a
    statement for each, three times a serial.

    While a ledger is in the context, it answers for the quants of serials, and they are
    written together by `_write_ledger`.
    """

    _name = "serial.quant.ledger.mixin"
    _description = "Quants of Many Serials at Once"

    @api.model_create_multi
    def create(self, vals_list):
        if self.env.context.get(TOGETHER):
            # Stock's own `create` makes them one by one, for the sake of countings.
            return super(StockQuant, self).create(vals_list)
        return super().create(vals_list)

    def _update_available_quantity(
        self, product_id, location_id, quantity=False, reserved_quantity=False,
        lot_id=None, package_id=None, owner_id=None, in_date=None,
    ):  # fmt: skip
        ledger = self.env.context.get(LEDGER)
        cache = self.env.context.get("quants_cache")
        if ledger and cache is not None and lot_id and product_id.tracking == "serial":
            no_id = self.browse()
            parts = (product_id, location_id, lot_id, package_id, owner_id)
            key = tuple((part or no_id).id for part in parts)
            bypass = location_id.should_bypass_reservation()
            entry = ledger.get_entry(cache, key, bypass)
            if entry and (quantity or reserved_quantity):
                now = fields.Datetime.now()
                return entry.update(quantity, reserved_quantity, in_date, now)
        return super()._update_available_quantity(
            product_id, location_id, quantity, reserved_quantity, lot_id=lot_id,
            package_id=package_id, owner_id=owner_id, in_date=in_date,
        )  # fmt: skip

    def _write_ledger(self, ledger):
        """Write what the ledger has, as far as it is not written yet."""
        changed, added = defaultdict(list), {}
        names = ("product_id", "location_id", "lot_id", "package_id", "owner_id")
        for key, entry in ledger.entries.items():
            if not entry or not entry.changes:
                continue
            if entry.quant:
                changed[tuple(entry.changes.items())].append(entry.quant.id)
            else:
                added[key] = {
                    **dict(zip(names, key, strict=True)),
                    **entry.changes,
                    "inventory_quantity_set": False,
                }
        ledger.entries = {}
        quants = self.sudo()
        for changes, quant_ids in changed.items():
            quants.browse(quant_ids).write(dict(changes))
        created = quants.with_context(**{TOGETHER: True}).create(list(added.values()))
        for key, quant_id in zip(added, created.ids, strict=True):
            quant = self.browse(quant_id)
            ledger.cache[key] |= quant
            ledger.locked.add(quant.id)
