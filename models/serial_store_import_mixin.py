from collections import Counter

from odoo import api, models
from odoo.fields import Domain

from ..core.cell import RowError


class SerialStoreImportMixin(models.AbstractModel):
    """Stores of a file: new ones are made, known ones get what the file says anew."""

    _name = "serial.store.import.mixin"
    _description = "Import of Stores"

    @api.model
    def _import_rows(self, rows, record):
        """Take the stores of a file; see `serial.import`."""
        found = self._find_all(rows, record)
        stores = self._find_stores(rows, found["platforms"])
        new, done, errors = [], Counter(), []
        for row in rows:
            store = stores.get(
                (found["platforms"].get(row.platform.lower()), row.store)
            )
            wrong = self._get_errors(row, store, found)
            if wrong:
                errors += wrong
                continue
            values = self._prepare_import_vals(row, found)
            if not store:
                new.append({"name": row.store, **values, "serial_import_id": record.id})
            elif store._differs(values):
                store.write({**values, "serial_import_id": record.id})
                done["update"] += 1
            else:
                done["unchanged"] += 1
        self.with_context(mail_create_nolog=True).create(new)
        done["create"] = len(new)
        return done, errors

    def _find_all(self, rows, record):
        """Return what the rows name: platforms, distributors and products."""
        platform = self.env["serial.channel.platform"]
        codes = platform._get_codes_by_name()
        ids = platform._get_ids_by_code(set(codes.values()))
        products = {ref for row in rows for ref in row.products or ()}
        return {
            "codes": codes,
            "platforms": {name: ids.get(code) for name, code in codes.items()},
            "partners": self._find_partners({row.partner for row in rows}),
            "products": record._search_products(products),
        }

    def _find_partners(self, names):
        """Return {name: distributors} by their reference, tax number, else name."""
        names.discard(None)
        fields = ("ref", "vat", "name")
        domain = Domain("channel_tier", "!=", False) & Domain.OR(
            Domain(field, "in", list(names)) for field in fields
        )
        partners = self.env["res.partner"].search(domain)
        found = dict.fromkeys(names, partners.browse())
        for field in reversed(fields):
            found.update(partners.filtered(field).grouped(field))
        return {name: found[name] for name in names}

    def _find_stores(self, rows, platforms):
        """Return {(platform id, store id): store} of those we know, archived too."""
        stores = self.with_context(active_test=False).search(
            [
                ("platform_id", "in", [id_ for id_ in set(platforms.values()) if id_]),
                ("store_id", "in", [row.store for row in rows]),
            ]
        )
        return {(store.platform_id.id, store.store_id): store for store in stores}

    def _get_errors(self, row, store, found):
        """Return what is wrong with a row beside its cells."""
        errors = []
        if not found["platforms"].get(row.platform.lower()):
            errors.append(
                RowError(row.row, "unknown_platform", "platform", row.platform)
            )
        if store and not store.active:
            errors.append(RowError(row.row, "archived_store", "store", row.store))
        if row.partner and len(found["partners"][row.partner]) != 1:
            several = bool(found["partners"][row.partner])
            reason = "ambiguous_partner" if several else "unknown_partner"
            errors.append(RowError(row.row, reason, "partner", row.partner))
        if not row.partner and not store:
            errors.append(RowError(row.row, "missing_partner", "partner"))
        for ref in row.products or ():
            if len(products := found["products"][ref]) != 1:
                reason = "ambiguous_product" if products else "unknown_product"
                errors.append(RowError(row.row, reason, "products", ref))
        return errors

    def _prepare_import_vals(self, row, found):
        """Return what a row says as values of a store; what it leaves out stays."""
        values = {
            "platform_id": found["platforms"][row.platform.lower()],
            "store_id": row.store,
            "name": row.name,
            "url": row.url,
            "partner_id": row.partner and found["partners"][row.partner].id,
            "product_ids": row.products
            and [found["products"][ref].id for ref in row.products],
            "date_from": row.date_from,
            "date_to": row.date_to,
        }
        return {name: value for name, value in values.items() if value}

    def _differs(self, values):
        """Tell whether values say something new of a store."""
        self.ensure_one()
        for name, value in values.items():
            known = self[name]
            if name == "product_ids":
                if set(known.ids) != set(value):
                    return True
            elif (known.id if isinstance(known, models.BaseModel) else known) != value:
                return True
        return False
