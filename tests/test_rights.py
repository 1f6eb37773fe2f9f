import inspect

from odoo import models
from odoo.tests import tagged
from odoo.tools import mute_logger

from .rights import BRAND, QUIET, SUBTREES, RightsCase
from .role_table import OPERATIONS, RIGHTS
from .role_table import ROLES as COLUMNS
from .wsgi import WsgiCase

REFUSED = ("odoo.exceptions.AccessError", "odoo.exceptions.UserError")
# Public methods that change nothing: they open a page, a list or a window that asks for
# rights of its own, or only look.
READING = (
    "action_create_store",
    "action_download_bad_rows",
    "action_download_units",
    "action_open_dossier",
    "action_open_page",
    "action_rebind_serials",
    "action_reinstate_serials",
    "action_verify_chain",
    "action_view_",
    "action_void_serials",
)
# What an auditor may do as well: look at what there is, on paper or as a file.
AUDITED = {
    "action_check_proof",
    "action_download",
    "action_download_proof",
    "action_print_serial_label",
    "action_print_serial_label_zpl",
    "action_sample",
}
# Odoo asks who it is before the method is called.
ASKED_WHO_IT_IS = "res.users.identitycheck"


def is_ours(function):
    """Tell whether a function is a public one of this module."""
    return inspect.isfunction(function) and function.__module__.startswith(
        "odoo.addons.serial_dossier."
    )


def is_asked(result):
    """Tell whether a method, not called yet, wants a password first."""
    return isinstance(result, dict) and result.get("res_model") == ASKED_WHO_IT_IS


def get_public_methods(registry):
    """Return (model, method) of all that a foreign program may call by our doing."""
    return sorted(
        (model_name, name)
        for model_name, model in registry.items()
        for name in dir(model)
        if not name.startswith("_")
        and not hasattr(models.BaseModel, name)
        and is_ours(inspect.unwrap(getattr(model, name)))
    )


@tagged("post_install", "-at_install")
class TestRights(RightsCase, WsgiCase):
    """Nobody gets beyond his own subtree, whatever he calls."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(*QUIET))

    # === THE TABLE === #

    def test_each_role_has_the_rights_of_the_table_and_no_others(self):
        columns = dict.fromkeys(SUBTREES, "portal") | {
            role: role for role in (*BRAND, "public")
        }
        for model, rights in RIGHTS.items():
            for role, column in columns.items():
                records = self.env[model].with_user(getattr(self, role))
                held = "".join(
                    letter
                    for letter, operation in OPERATIONS.items()
                    if records.has_access(operation)
                )
                with self.subTest(model=model, role=role):
                    self.assertEqual(held, rights[COLUMNS.index(column)])

    def test_whoever_may_read_for_a_distributor_sees_his_subtree_only(self):
        for role in SUBTREES:
            sid = self.open_session(f"serial_{role}")
            for model in self.belongings["other"]:
                if "r" not in RIGHTS.get(model, [""] * 6)[COLUMNS.index("portal")]:
                    continue
                seen = self.seen_by(role, model)
                with self.subTest(role=role, model=model):
                    rows, error = self.call_kw(sid, model, "search_read", [], ["id"])
                    self.assertFalse(error)
                    self.assertEqual({row["id"] for row in rows}, set(seen.ids))
                    for side in self.partners:
                        for record in self.belongings[side][model] - seen:
                            self.assert_closed(sid, record)

    def assert_closed(self, sid, record):
        """Check that a record of a readable model cannot be read, whatever the way."""
        ids = record.ids
        for method, *args in (
            ("read", ids, ["display_name"]),
            ("web_read", ids, {"display_name": {}}),
            ("export_data", ids, ["id", "display_name"]),
            ("copy", ids),
            ("write", ids, {"company_id": 1}),
            ("unlink", ids),
        ):
            result, error = self.call_kw(sid, record._name, method, *args)
            self.assertTrue(error, f"{method} gave {result}")
        for method in ("search_read", "web_search_read"):
            kwargs = {} if method == "search_read" else {"specification": {}}
            found, _error = self.call_kw(
                sid, record._name, method, [("id", "in", ids)], **kwargs
            )
            self.assertFalse(found and (found if method[0] == "s" else found["length"]))

    def test_a_readable_record_opens_no_way_to_what_is_not(self):
        sid = self.open_session("serial_tier1")
        for model, domain in (
            ("serial.channel.transfer", [("line_ids.lot_id.scan_code", "!=", False)]),
            ("serial.channel.transfer", [("picking_id.name", "!=", False)]),
            ("serial.channel.transfer.line", [("lot_id.imei", "=", False)]),
            ("serial.channel.store", [("listing_ids.price", ">", 0)]),
            ("serial.channel.store", [("lead_ids.state", "=", "new")]),
            ("serial.channel.store", [("note", "ilike", "brand")]),
            ("res.partner", [("serial_lot_ids.name", "!=", False)]),
        ):
            with self.subTest(model=model, domain=domain):
                result, _error = self.call_kw(sid, model, "search_read", domain, ["id"])
                self.assertFalse(result)
        for model, name in (
            ("serial.channel.transfer.line", "lot_id.scan_code"),
            ("serial.channel.transfer", "picking_id.origin"),
            ("serial.channel.store", "note"),
            ("serial.channel.store", "lead_ids.summary"),
        ):
            with self.subTest(model=model, exported=name):
                ids = self.belongings["tier1"][model].ids
                result, error = self.call_kw(sid, model, "export_data", ids, [name])
                self.assertTrue(error, result)

    def test_who_may_not_read_reaches_nothing_by_rpc(self):
        for role in SUBTREES:
            sid = self.open_session(f"serial_{role}")
            for model, rights in RIGHTS.items():
                if rights[COLUMNS.index("portal")]:
                    continue
                ids = self.records_of(model).ids or [1]
                for method, *args in (
                    ("search_read", []),
                    ("search_count", []),
                    ("web_search_read", [], {}),
                    ("name_search", ""),
                    ("formatted_read_group", [], [], ["__count"]),
                    ("read", ids, ["display_name"]),
                    ("create", [{}]),
                    ("write", ids, {"display_name": "x"}),
                    ("unlink", ids),
                ):
                    with self.subTest(role=role, model=model, method=method):
                        result, error = self.call_kw(sid, model, method, *args)
                        self.assertIn(error, REFUSED, result)

    # === METHODS === #

    def test_no_public_method_serves_who_may_not(self):
        methods = get_public_methods(self.env.registry)
        self.assertIn(("stock.lot", "action_verify_chain"), methods)
        for role in (*SUBTREES, "auditor"):
            sid = self.open_session(f"serial_{role}")
            before = self.get_fingerprint()
            for model, method in methods:
                args = []
                if model in self.env and not self.env[model]._abstract:
                    args = [self.records_of(model).ids or [1]]
                result, error = self.call_kw(sid, model, method, *args)
                with self.subTest(role=role, model=model, method=method):
                    if method.startswith(READING) or is_asked(result):
                        continue
                    if role == "auditor" and method in AUDITED:
                        continue
                    self.assertTrue(error, f"answered {result}")
            self.assertEqual(self.get_fingerprint(), before)
