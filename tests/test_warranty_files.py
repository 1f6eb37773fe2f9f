from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import SerialCase

GROUP = "serial_dossier.serial_dossier_group_"


@tagged("post_install", "-at_install")
class TestWarrantyFiles(SerialCase):
    """Who reads the invoice that a user kept with a warranty."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.use_chinese_policy()
        cls.lot = cls.produce()
        cls.deliver(cls.lot, cls.consumer)
        cls.warranty = cls.lot.warranty_id

    def upload(self, user, **values):
        """Return a file as the client uploads it for a record to be."""
        return (
            self.env["ir.attachment"]
            .with_user(user)
            .create({"name": "invoice.pdf", "raw": b"Wang Wei, Beijing", **values})
        )

    def prove(self, user, files):
        wizards = self.env["serial.warranty.prove"].with_user(user)
        wizards.create(
            {
                "warranty_id": self.warranty.id,
                "date": "2026-02-20",
                "attachment_ids": files.ids,
            }
        ).action_prove()

    def opens(self, user, file):
        """Tell whether a user opens a file, by its address or by its record."""
        self.env.invalidate_all()
        binary = self.env["ir.binary"].with_user(user)
        readable = file.with_user(user).has_access("read")
        try:
            opened = binary._find_record(res_model="ir.attachment", res_id=file.id)
        except AccessError:
            opened = False
        self.assertEqual(bool(opened), readable)
        return readable

    def test_whoever_reads_the_warranty_reads_its_proof_and_nobody_else(self):
        file = self.upload(self.user)
        self.assertFalse(self.opens(self.manager, file))
        self.prove(self.user, file)
        for login, groups, may in (
            ("files_user", f"{GROUP}user", True),
            ("files_auditor", f"{GROUP}auditor", True),
            ("files_manager", f"{GROUP}manager", True),
            ("files_stock", "stock.group_stock_user", False),
            ("files_sales", "sales_team.group_sale_salesman", False),
            ("files_internal", "base.group_user", False),
            ("files_portal", "base.group_portal", False),
        ):
            with self.subTest(role=login):
                user = new_test_user(self.env, login, groups)
                self.assertEqual(self.opens(user, file), may)
        self.assertFalse(self.opens(self.env.ref("base.public_user"), file))
        dealer = self.make_portal_user("files_dealer", self.distributor)
        self.assertFalse(self.opens(dealer, file))

    def test_another_company_does_not_read_it(self):
        file = self.upload(self.user)
        self.prove(self.user, file)
        other = self.env["res.company"].create({"name": "Another Brand"})
        stranger = new_test_user(
            self.env,
            "files_stranger",
            f"{GROUP}manager",
            company_id=other.id,
            company_ids=[other.id],
        )
        self.warranty.sudo().company_id = self.company
        self.assertFalse(self.opens(stranger, file))

    def test_who_opened_it_is_noted(self):
        file = self.upload(self.user)
        self.prove(self.user, file)
        log = self.env["serial.access.log"].sudo()
        before = log.search([])
        self.assertTrue(self.opens(self.manager, file))
        self.assertRecordValues(
            log.search([]) - before,
            [
                {
                    "user_id": self.manager.id,
                    "model": "serial.warranty",
                    "res_id": self.warranty.id,
                    "way": "read",
                }
            ],
        )

    def test_nobody_keeps_a_file_that_he_may_not_read(self):
        with self.assertRaises(AccessError):
            self.prove(self.user, self.upload(self.manager))

    def test_a_file_of_another_record_stays_where_it_is(self):
        """Else those who read the warranty would read it, and its own readers not."""
        case = self.env["serial.diversion.case"].with_user(self.user).create({})
        home = {"res_model": case._name, "res_id": case.id}
        file = self.upload(self.user, **home)
        self.prove(self.user, file)
        misuse = self.env.ref("serial_dossier.serial_warranty_policy_exclusion_misuse")
        self.env["serial.warranty.exclusion"].with_user(self.user).create(
            {
                "warranty_id": self.warranty.id,
                "kind_id": misuse.id,
                "reason": "Liquid",
                "attachment_ids": file.ids,
            }
        )
        self.assertRecordValues(file.sudo(), [home])

    def test_evidence_of_an_exclusion_is_read_with_it(self):
        file = self.upload(self.user)
        misuse = self.env.ref("serial_dossier.serial_warranty_policy_exclusion_misuse")
        found = self.env["serial.warranty.exclusion"].with_user(self.user)
        found = found.create(
            {
                "warranty_id": self.warranty.id,
                "kind_id": misuse.id,
                "reason": "Liquid",
                "attachment_ids": file.ids,
            }
        )
        self.assertTrue(self.opens(self.manager, file))
        more = self.upload(self.user)
        found.attachment_ids += more
        self.assertTrue(self.opens(self.manager, more))
        self.assertFalse(self.opens(self.stock_user, more))
