from odoo.fields import Domain
from odoo.tools import SQL

from .unchecked_many2one import UncheckedMany2one


class HeldMany2one(UncheckedMany2one):
    """Who holds a unit: a column without index, searched through the assignments.

    PostgreSQL updates a row in place if no indexed column changes; else every index
    of the table gets another entry. Whoever holds a unit has an assignment of it,
    and those are indexed by their party.
    """

    def condition_to_sql(self, field_expr, operator, value, model, alias, query):
        """Look at the units only that the wanted ones ever held."""
        condition = super().condition_to_sql(
            field_expr, operator, value, model, alias, query
        )
        is_set = operator in ("any", "any!") or (operator == "in" and all(value))
        if field_expr != self.name or not is_set:
            return condition
        past = (
            model.env["serial.channel.assignment"]
            .sudo()
            # As superuser "any" asks for no access, as "any!" does for all.
            ._search(Domain("partner_id", operator.removesuffix("!"), value))
        )
        return SQL(
            "(%s AND %s IN %s)",
            condition,
            SQL.identifier(alias, "id"),
            past.subselect("lot_id"),
        )
