from odoo import Command
from odoo.tools import SQL

from .test_portal import PICTURE
from .trading import ProgramCase

# The people of distributors, and whose records each may see.
SUBTREES = {
    "tier1": ("tier1", "tier2"),
    "tier2": ("tier2",),
    "other": ("other",),
    "nobody": (),
}
BRAND = ("user", "manager", "auditor")
# What a refusal is logged to.
QUIET = (
    "odoo.http",
    "odoo.models",
    "odoo.sql_db",
    "odoo.addons.base.models.ir_model",
    "odoo.addons.base.models.ir_rule",
    "odoo.addons.rpc.controllers.json2",
)


class RightsCase(ProgramCase):
    """Three distributors with one of everything each, and people of every role.

    `tier2` is supplied by `tier1`; `other` knows neither. `nobody` has a portal log-in
    and works for no distributor.
    """

    freeze_time = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.partners = {
            "tier1": cls.distributor,
            "tier2": cls.retailer,
            "other": cls.other_distributor,
        }
        for role in SUBTREES:
            user = cls.make_portal_user(f"serial_{role}", cls.partners.get(role))
            setattr(cls, role, user)
        cls.public = cls.env.ref("base.public_user")
        cls.far_retailer = cls._create_partner(
            "Far Store",
            "tier2",
            cls.zhejiang,
            channel_parent_id=cls.other_distributor.id,
        )
        cls.tokens = {}
        cls._create_program(date_from=False, date_to=False)
        cls.belongings = {role: cls._create_belongings(role) for role in cls.partners}
        cls._share_with_receiver()
        cls.common = cls._create_common()

    @classmethod
    def _create_belongings(cls, role):
        """Return {model: records} of one distributor."""
        partner, user = cls.partners[role], getattr(cls, role)
        lots = cls.ship(4, partner)
        transfers = cls.env["serial.channel.transfer"].search(
            [("picking_id", "=", lots.assignment_ids.picking_id.id)]
        )
        if role != "tier2":
            transfers |= cls._send(user, lots[0])
        alert = cls._create_alert(lots[1])
        case = cls._create_case(role, lots[2])
        cls._use_portal(role, alert)
        return {
            "stock.lot": lots,
            "stock.picking": lots.assignment_ids.picking_id,
            "serial.event": lots.event_ids,
            "serial.channel.assignment": lots.assignment_ids,
            "serial.channel.transfer": transfers,
            "serial.channel.transfer.line": transfers.line_ids,
            "serial.channel.store": cls._create_store(role),
            "serial.diversion.alert": alert,
            "serial.diversion.case": case,
            "serial.diversion.statement": alert.statement_ids | case.statement_ids,
            "serial.diversion.lead": cls._create_lead(lots[2], partner),
            "serial.recall": cls._create_recall(lots[3]),
            "serial.tradein": cls._create_tradein(user),
            "serial.api.key": cls.env["serial.api.key"].search(
                [("user_id", "=", user.id)]
            ),
            "ir.attachment": (alert.statement_ids | case.statement_ids).attachment_ids,
        }

    @classmethod
    def _use_portal(cls, role, alert):
        """Answer an alert and make a key, as the distributor himself does."""
        portal = cls.env["serial.portal"].with_user(getattr(cls, role))
        portal._give_statement(alert.id, f"Word of {role}", [("word.png", PICTURE)])
        cls.tokens[role] = portal._make_key(
            f"Till of {role}", "30", ["verify", "activations", "serials"]
        )

    @classmethod
    def _create_tradein(cls, user):
        """Return the claim of somebody who traded a unit in at the distributor's."""
        lot = cls.ship(1, cls.consumer)
        cls._activate(lot)
        portal = cls.env["serial.portal"].with_user(user)
        quote = portal._get_intake(lot.scan_code)["quote"]
        claim = portal._accept_intake(
            lot.scan_code,
            quote["answers"],
            quote["quote"],
            f"+86 138 0013 8{lot.id:03}",
        )
        return claim.with_env(cls.env)

    @classmethod
    def _create_recall(cls, lots):
        """Return an active recall of these units."""
        recall = cls.env["serial.recall"].create(
            {
                "title": f"The battery of {lots[0].name} may overheat",
                "hazard": "It may catch fire while it is charged.",
                "instructions": "Stop charging it.",
                "remedy": "We replace the battery free of charge.",
                "list_text": "\n".join(lots.mapped("scan_code")),
            }
        )
        recall.action_compute()
        recall.action_activate()
        return recall

    @classmethod
    def _send(cls, user, lot):
        receiver = cls.retailer if user == cls.tier1 else cls.far_retailer
        transfer = (
            cls.env["serial.channel.transfer"].with_user(user)._portal_create(receiver)
        )
        transfer._portal_add([lot.name])
        transfer._portal_send()
        return transfer.with_user(cls.env.user)

    @classmethod
    def _create_alert(cls, lot):
        return cls.env["serial.diversion.alert"].create(
            {
                "lot_id": lot.id,
                "partner_id": lot.channel_partner_id.id,
                "region_id": lot.channel_region_id.id,
                "observed_at": "2026-03-01 00:00:00",
                "state": "investigating",
                "user_id": cls.manager.id,
            }
        )

    @classmethod
    def _create_lead(cls, lot, partner):
        return cls.env["serial.diversion.lead"]._raise(
            "unit_surfaced",
            [{"lot_id": lot.id, "partner_id": partner.id, "detail": {}}],
        )

    @classmethod
    def _create_case(cls, role, lot):
        """Return a case that the distributor was asked about, and answered."""
        rows = [{"lot_id": lot.id, "score": 90}]
        alerts = cls.env["serial.diversion.alert"]
        case = alerts._raise_units("refurbished_as_new", rows).case_id
        case._ask()
        portal = cls.env["serial.portal"].with_user(getattr(cls, role))
        portal._give_case_statement(
            case.id, f"{role} on the case", [("case.png", PICTURE)]
        )
        return case.with_env(cls.env)

    @classmethod
    def _create_store(cls, role):
        return cls.env["serial.channel.store"].create(
            {
                "platform_id": cls.env.ref(
                    "serial_dossier.serial_channel_platform_jd"
                ).id,
                "store_id": f"1{role}",
                "name": f"Shop of {role}",
                "partner_id": cls.partners[role].id,
                "product_ids": [Command.set(cls.product.ids)],
                "note": f"What the brand thinks of {role}",
            }
        )

    @classmethod
    def _share_with_receiver(cls):
        """Count what tier 1 sent to tier 2 among what concerns tier 2."""
        theirs = cls.belongings["tier2"]
        sent = cls.belongings["tier1"]["serial.channel.transfer"].filtered("sender_id")
        theirs["serial.channel.transfer"] |= sent
        theirs["serial.channel.transfer.line"] |= sent.line_ids

    @classmethod
    def _create_common(cls):
        """Return {model: records} of the brand's own."""
        lots = cls.belongings["other"]["stock.lot"]
        return {
            "serial.scheme": cls.scheme,
            "serial.batch": lots.serial_batch_id,
            "serial.part": cls.env["serial.part"].create(
                {"lot_id": lots[0].id, "name": "B1"}
            ),
            "serial.tradein.block": cls.env["serial.tradein.block"].create(
                {"lot_id": lots[2].id, "kind": "lost"}
            ),
            "repair.order": cls.env["repair.order"].create(
                {"product_id": lots[0].product_id.id, "lot_id": lots[0].id}
            ),
            "serial.channel.region": cls.china | cls.zhejiang,
            "serial.channel.contract": cls.env["serial.channel.contract"].search([]),
            "serial.channel.platform": cls.env["serial.channel.platform"].search([]),
            "serial.webhook": cls.env["serial.webhook"].create(
                {"name": "ERP", "url": "https://erp.example.com/hook"}
            ),
            "serial.import": cls.env["serial.import"].create({}),
            "serial.chain.check": cls.env["serial.chain.check"].create(
                {"total_count": 1}
            ),
        }

    def records_of(self, model):
        """Return a few records of a model to try things on, of `other` if possible."""
        found = self.belongings["other"].get(model) or self.common.get(model)
        if found or self.env[model]._abstract or not self.env[model]._auto:
            return found or self.env[model]
        return self.env[model].sudo().search([], limit=1)

    def seen_by(self, role, model):
        """Return the records of a model that one of a distributor may see."""
        sides = SUBTREES[role]
        empty = self.env[model]
        return empty.union(*(self.belongings[side].get(model, empty) for side in sides))

    def get_fingerprint(self):
        """Return {table: hash of all that is in it} of everything of ours."""
        tables = sorted(
            model._table
            for name, model in self.env.registry.items()
            if (name.startswith("serial.") or name == "stock.lot") and model._auto
            if not model._abstract
        )
        self.env.flush_all()
        return {
            table: self.env.execute_query(
                SQL(
                    "SELECT md5(string_agg(t::text, '' ORDER BY id)) FROM %s t",
                    SQL.identifier(table),
                )
            )[0]
            for table in tables
        }
