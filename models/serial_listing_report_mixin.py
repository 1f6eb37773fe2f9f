import json
from collections import Counter, namedtuple
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL

from ..core import listing_item, price_watch
from ..core.cell import RowError
from .bulk_sql import audit_columns, names_of, unnest

COLUMNS = {
    "fingerprint": SQL("varchar"),
    "platform_id": SQL("integer"),
    "store_code": SQL("varchar"),
    "store_id": SQL("integer"),
    "partner_id": SQL("integer"),
    "url": SQL("varchar"),
    "sku": SQL("varchar"),
    "gtin": SQL("varchar"),
    "product_id": SQL("integer"),
    "price": SQL("numeric"),
    "currency_id": SQL("integer"),
    "observed_at": SQL("timestamp"),
    "observed_on": SQL("date"),
    "authorization_state": SQL("varchar"),
    "price_state": SQL("varchar"),
    "reasons": SQL("jsonb"),
    "floor_id": SQL("integer"),
    "floor_price": SQL("numeric"),
    "below": SQL("numeric"),
}

# A listing with all that was found out about it.
Found = namedtuple("Found", "seen platform shop product_id judgement")


class SerialListingReportMixin(models.AbstractModel):
    """Taking listings: judge them, keep them, raise leads, each in one go."""

    _name = "serial.listing.report.mixin"
    _inherit = ["serial.listing.find.mixin"]
    _description = "Taking of Listings"

    @api.model
    def _report(self, items):
        """Take listings from a machine; answer every item in its order.

        The answer tells nothing of prices and stores we keep: whoever reports listings
        need not know what they are measured by.

        :param list items: as in the API
        :return: a list of {"result": accepted or refused, "reasons"}
        """
        self._ensure_may_report()
        now = fields.Datetime.now()
        seen = [listing_item.read_item(raw, now) for raw in items]
        seen, new = self._take(seen, "api")
        return [self._prepare_answer(item, new) for item in seen]

    def _ensure_may_report(self):
        group = "serial_dossier.serial_dossier_group_user"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Only users of Serial Dossier report listings.")
            )

    def _prepare_answer(self, item, new):
        if item.refusal:
            return {"result": "refused", "reasons": [item.refusal]}
        if item.fingerprint not in new:
            return {"result": "accepted", "reasons": ["already_reported"]}
        # only the first of two equal items is new
        found = new.pop(item.fingerprint)
        reasons = [r for r in found.judgement.reasons if r == "unknown_product"]
        return {"result": "accepted", "reasons": reasons}

    def _take(self, seen, source, import_id=None):
        """Judge and keep listings, and raise leads.

        :return: the listings, those refused that name what we do not know, and
            {fingerprint: Found} of the new ones
        """
        platforms = self._find_platforms({item.platform for item in seen})
        currencies = self._find_currencies({item.currency for item in seen})
        seen = [self._refuse_unknown(item, platforms, currencies) for item in seen]
        good = [item for item in seen if not item.refusal]
        if not good:
            return seen, {}
        found = self._judge_all(good, platforms)
        new = self._insert(found, currencies, source, import_id)
        self._raise_leads(new)
        return seen, {one.seen.fingerprint: one for one, _listing_id in new}

    def _refuse_unknown(self, item, platforms, currencies):
        if item.refusal:
            return item
        if item.platform not in platforms:
            return replace(item, refusal="unknown_platform")
        if item.currency not in currencies:
            return replace(item, refusal="unknown_currency")
        return item

    # === JUDGE === #

    def _judge_all(self, seen, platforms):
        """Return each listing with what it comes to."""
        matched = self._match(seen, platforms)
        floors = self._find_floors({row[3] for row in matched if row[3]})
        paths = self._find_region_paths(
            {(row[2].partner_id, row[0].observed_on) for row in matched if row[2]}
        )
        codes = {item.currency for item in seen}
        codes |= {floor.currency for known in floors.values() for floor in known}
        rates = self._find_rates(codes)
        return [
            Found(
                item,
                platform,
                shop,
                product_id,
                price_watch.judge(
                    item,
                    product_id,
                    shop,
                    floors.get(product_id, ()),
                    paths.get((shop.partner_id, item.observed_on), ()) if shop else (),
                    rates.convert,
                    has_shops=platform[2],
                ),
            )
            for item, platform, shop, product_id in matched
        ]

    def _match(self, seen, platforms):
        """Return (listing, platform, shop or None, product id or None) of each."""
        by_sku, by_gtin = self._find_products(seen)
        shops = self._find_shops(
            {(platforms[item.platform][0], item.store_id) for item in seen}
        )
        matched = []
        for item in seen:
            shop = shops.get((platforms[item.platform][0], item.store_id))
            product_ids = by_gtin.get(item.gtin) or by_sku.get(item.sku) or []
            product_id = product_ids[0] if len(product_ids) == 1 else None
            matched.append((item, platforms[item.platform], shop, product_id))
        return matched

    # === KEEP === #

    def _insert(self, found, currencies, source, import_id):
        """Keep the listings that are not kept yet; return (Found, id) of those."""
        rows = {
            one.seen.fingerprint: self._prepare_row(one, currencies) for one in found
        }
        same = {
            "company_id": SQL("%s", self.env.company.id),
            "source": SQL("%s", source),
            "serial_import_id": SQL("%s::integer", import_id),
            **audit_columns(self.env),
        }
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO serial_diversion_listing (%(names)s, %(same_names)s)
                SELECT %(names)s, %(same)s FROM %(given)s
                ON CONFLICT (company_id, fingerprint) DO NOTHING
                RETURNING fingerprint, id
                """,
                names=names_of(COLUMNS),
                same_names=names_of(same),
                same=SQL(", ").join(same.values()),
                given=unnest([rows[name] for name in sorted(rows)], COLUMNS),
            )
        )
        ids = dict(self.env.cr.fetchall())
        self.env["serial.diversion.listing"].invalidate_model(flush=False)
        first = {}
        for one in found:
            first.setdefault(one.seen.fingerprint, one)
        return [(one, ids[name]) for name, one in first.items() if name in ids]

    def _prepare_row(self, one, currencies):
        """Return the columns of one listing."""
        seen, judgement = one.seen, one.judgement
        return {
            "fingerprint": seen.fingerprint,
            "platform_id": one.platform[0],
            "store_code": seen.store_id,
            "store_id": one.shop and one.shop.id,
            "partner_id": one.shop and one.shop.partner_id,
            "url": seen.url,
            "sku": seen.sku,
            "gtin": seen.gtin,
            "product_id": one.product_id,
            "price": seen.amount,
            "currency_id": currencies[seen.currency],
            "observed_at": seen.observed_at,
            "observed_on": seen.observed_on,
            "authorization_state": judgement.authorization,
            "price_state": judgement.price,
            "reasons": json.dumps(judgement.reasons),
            "floor_id": judgement.floor_id,
            "floor_price": judgement.floor_amount,
            "below": judgement.below,
        }

    # === LEADS === #

    def _raise_leads(self, new):
        """Raise what the new listings give reason to look into."""
        leads = self.env["serial.diversion.lead"]
        leads._raise(
            "unauthorized_store",
            [
                self._prepare_lead(one, listing_id)
                for one, listing_id in new
                if one.judgement.authorization == "unauthorized"
            ],
        )
        leads._raise(
            "under_floor",
            [
                self._prepare_lead(one, listing_id, of_product=True)
                for one, listing_id in new
                if one.judgement.price == "under"
            ],
        )

    def _prepare_lead(self, one, listing_id, of_product=False):
        """Return a lead about a listing.

        A store that nobody answers for, or whose time is over, is one lead; what is
        wrong about one product of it is a lead of its own.
        """
        seen, judgement = one.seen, one.judgement
        reasons = [r for r in judgement.reasons if r.startswith(("store_", "product_"))]
        of_product = of_product or reasons == ["product_not_allowed"]
        detail = {
            "platform": one.platform[1],
            "store": seen.store_id,
            "url": seen.url,
            "price": f"{seen.amount:f}",
            "currency": seen.currency,
            "reasons": reasons,
        }
        if judgement.price == "under":
            detail["floor"] = f"{judgement.floor_amount.normalize():f}"
            detail["below"] = f"{judgement.below.normalize():f}"
        return {
            "key": ",".join(
                [
                    seen.platform,
                    seen.store_id,
                    *([str(one.product_id)] if of_product else []),
                ]
            ),
            "listing_id": listing_id,
            "store_id": one.shop and one.shop.id,
            "partner_id": one.shop and one.shop.partner_id,
            "product_id": one.product_id,
            "seen_at": seen.observed_at,
            "detail": detail,
        }

    # === FILES === #

    @api.model
    def _import_rows(self, seen, record):
        """Take the listings of a file; see `serial.import`."""
        self._ensure_may_report()
        codes = self.env["serial.channel.platform"]._get_codes_by_name()
        seen = [
            replace(item, platform=codes.get(item.platform, item.platform))
            for item in seen
        ]
        seen, new = self._take(seen, "file", record.id)
        errors = [
            RowError(item.row, item.refusal, *self._get_unknown(item))
            for item in seen
            if item.refusal
        ]
        unchanged = len(seen) - len(errors) - len(new)
        return Counter(create=len(new), unchanged=unchanged), errors

    def _get_unknown(self, item):
        name = item.refusal.removeprefix("unknown_")
        return name, getattr(item, name)
