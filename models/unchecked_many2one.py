from odoo import fields


class UncheckedMany2one(fields.Many2one):
    """A many2one without foreign key.

    PostgreSQL checks foreign keys row by row; on a million minted serials that is a
    tenth of the time. Only for targets that cannot be deleted by other means.
    """

    def update_db_foreign_key(self, model, column):
        """Leave the column without foreign key."""
