from odoo.tests import new_test_user, tagged

from .common import SerialCase


@tagged("post_install", "-at_install")
class TestChannel(SerialCase):
    # === TREE === #

    def test_subtree_is_the_distributor_and_all_below(self):
        corner = self._create_partner(
            "Corner", "tier2", self.guangdong, channel_parent_id=self.retailer.id
        )
        everyone = self.distributor | self.retailer | corner
        self.assertCountEqual(self.distributor._get_channel_subtree_ids(), everyone.ids)
        self.assertCountEqual(
            self.retailer._get_channel_subtree_ids(), (self.retailer | corner).ids
        )
        self.assertEqual(
            self.other_distributor._get_channel_subtree_ids(),
            self.other_distributor.ids,
        )

    def test_subtree_of_a_contact_is_that_of_the_company(self):
        contact = self.env["res.partner"].create(
            {"name": "Ms Chen", "parent_id": self.distributor.id}
        )
        self.assertCountEqual(
            contact._get_channel_subtree_ids(), (self.distributor | self.retailer).ids
        )

    def test_subtree_of_nobody_is_empty(self):
        self.assertEqual(self.env["res.partner"]._get_channel_subtree_ids(), [])

    def test_subtree_takes_one_query_however_many_there_are(self):
        partners = self.distributor | self.other_distributor
        partners.mapped("commercial_partner_id")
        self.env.flush_all()
        for asked in (self.distributor, partners):
            with self.assertQueryCount(1):
                asked._get_channel_subtree_ids()

    # === WHO ASKS === #

    def test_portal_user_works_for_the_company_of_his_contact(self):
        contact = self.env["res.partner"].create(
            {"name": "Ms Chen", "parent_id": self.distributor.id}
        )
        user = new_test_user(
            self.env, login="chen", groups="base.group_portal", partner_id=contact.id
        )
        found = user.with_user(user)._get_channel_partner()
        self.assertEqual(found, self.distributor)
        self.assertEqual(found.name, "Yuexiu")

    def test_user_of_no_distributor_works_for_none(self):
        user = new_test_user(
            self.env,
            login="consumer",
            groups="base.group_portal",
            partner_id=self.consumer.id,
        )
        self.assertFalse(user._get_channel_partner())
        self.assertFalse(self.manager._get_channel_partner())
