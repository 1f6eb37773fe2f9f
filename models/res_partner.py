from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = [
        "res.partner",
        "serial.channel.figures.mixin",
        "serial.channel.window.mixin",
        "serial.case.record.mixin",
        "serial.leak.count.mixin",
        "serial.service.centre.mixin",
        "serial.gln.mixin",
    ]

    # Odoo's `account_add_gln` has this field as well: they share it.
    global_location_number = fields.Char(
        string="GLN",
        help="Global Location Number of GS1: EPCIS events name the company by it.",
    )
    channel_tier = fields.Selection(
        [("tier1", "Tier-1 Distributor"), ("tier2", "Tier-2 Distributor")],
        help="Deliveries to a distributor bind every serial on them to him.",
    )
    channel_parent_id = fields.Many2one(
        "res.partner",
        string="Supplied by",
        domain="[('channel_tier', '=', 'tier1'), ('id', '!=', id)]",
        index="btree_not_null",
    )
    channel_child_ids = fields.One2many(
        "res.partner", "channel_parent_id", string="Supplies"
    )
    channel_contract_ids = fields.One2many("serial.channel.contract", "partner_id")
    channel_region_ids = fields.Many2many(
        "serial.channel.region",
        string="Channel Regions",
        compute="_compute_channel_region_ids",
        inverse="_inverse_channel_region_ids",
        search="_search_channel_region_ids",
        compute_sudo=True,
        help="The regions of the contracts that run today.",
    )
    channel_overlap_ids = fields.Many2many(
        "serial.channel.contract", compute="_compute_channel_overlap_ids"
    )
    channel_user_ids = fields.Many2many(
        "res.users",
        string="Portal Users",
        compute="_compute_channel_user_ids",
        compute_sudo=True,
        help="Whoever of the company may log in to the portal; all share one view.",
    )
    serial_count = fields.Integer(compute="_compute_serial_count")

    # === CRUD === #

    def write(self, vals):
        """Save; terms count in the time zone and the country of a company."""
        result = super().write(vals)
        if not {"tz", "country_id"}.isdisjoint(vals) and self.sudo().ref_company_ids:
            self.env.registry.clear_cache()
        return result

    # === COMPUTE === #

    @api.depends(
        "channel_contract_ids.region_id.active",
        "channel_contract_ids.state",
        "channel_contract_ids.active",
    )
    def _compute_channel_region_ids(self):
        """Show today's regions: stored, they would be wrong when a contract ends."""
        for partner in self:
            running = partner.channel_contract_ids.filtered(
                lambda contract: contract.active and contract.state == "running"
            )
            partner.channel_region_ids = running.region_id.filtered("active")

    def _inverse_channel_region_ids(self):
        """End the contracts of regions taken away; add one without end a region."""
        vals_list = []
        for partner in self:
            running = partner.channel_contract_ids.filtered(
                lambda contract: contract.state == "running"
            )
            wanted = partner.channel_region_ids
            running.filtered(lambda c, w=wanted: c.region_id not in w)._end()
            vals_list += [
                {"partner_id": partner.id, "region_id": region.id, "date_from": False}
                for region in wanted - running.region_id
            ]
        self.env["serial.channel.contract"].create(vals_list)

    def _search_channel_region_ids(self, operator, value):
        return self.env["serial.channel.contract"]._search_through(
            "channel_contract_ids", "region_id", operator, value
        )

    @api.depends("channel_contract_ids.overlap_ids")
    def _compute_channel_overlap_ids(self):
        for partner in self:
            partner.channel_overlap_ids = partner.channel_contract_ids.overlap_ids

    def _compute_serial_count(self):
        """Count what the company holds, whichever of its contacts is looked at."""
        counts = dict(
            self.env["stock.lot"]._read_group(
                [("channel_partner_id", "in", self.commercial_partner_id.ids)],
                ["channel_partner_id"],
                ["__count"],
            )
        )
        for partner in self:
            partner.serial_count = counts.get(partner.commercial_partner_id._origin, 0)

    def _compute_channel_user_ids(self):
        users = self.env["res.users"].search(
            [
                ("share", "=", True),
                (
                    "partner_id.commercial_partner_id",
                    "in",
                    self.commercial_partner_id.ids,
                ),
            ]
        )
        of_company = users.grouped(lambda user: user.partner_id.commercial_partner_id)
        for partner in self:
            company = partner.commercial_partner_id._origin
            partner.channel_user_ids = of_company.get(company, users.browse())

    # === CONSTRAINTS === #

    @api.constrains("global_location_number")
    def _check_global_location_number(self):
        for partner in self:
            self._ensure_gln(partner.global_location_number)

    @api.constrains("channel_parent_id")
    def _check_channel_parent(self):
        if self._has_cycle("channel_parent_id"):
            raise ValidationError(
                self.env._("A distributor cannot be supplied by himself.")
            )

    # === ACTIONS === #

    def action_view_serials(self):
        """Open the serials that are bound to this distributor now."""
        self.ensure_one()
        return self.env["stock.lot"]._get_dossier_window(
            self.env._("Serials of %(partner)s", partner=self.display_name),
            [("channel_partner_id", "=", self.commercial_partner_id.id)],
        )

    # === BUSINESS === #

    @api.model
    def _get_channel_subtree_query(self, partner_ids):
        """Return a query of `root, id, depth`: companies and all they supply."""
        self.flush_model(["channel_parent_id"])
        return SQL(
            """
            WITH RECURSIVE tree(root, id, depth) AS (
                SELECT id, id, 0 FROM unnest(%s::integer[]) AS given(id)
                 UNION ALL
                SELECT tree.root, child.id, tree.depth + 1
                  FROM tree JOIN res_partner child ON child.channel_parent_id = tree.id
            )
            SELECT root, id, depth FROM tree
            """,
            list(partner_ids),
        )

    def _get_channel_subtree_ids(self):
        """Return the ids of these distributors and of all they supply; one query.

        Whoever asks has checked that the asker may know them: no access is checked.
        """
        tree = self._get_channel_subtree_query(self.commercial_partner_id.ids)
        rows = self.env.execute_query(SQL("SELECT DISTINCT id FROM (%s) AS tree", tree))
        return [partner_id for (partner_id,) in rows]

    def _get_channel_region(self, day=None):
        """Return the one region a distributor's units are meant for, or none.

        Of several regions it is the one that covers the others; where none does, the
        transfer has to say which.

        :param day: the day on which the contracts have to run; today if not given
        """
        self.ensure_one()
        key = (self.id, day or fields.Date.context_today(self))
        found = self.env["serial.channel.contract"]._get_regions_on([key])
        return found[key]._get_covering()
