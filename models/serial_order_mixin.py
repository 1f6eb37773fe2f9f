from odoo import api, models
from odoo.tools import SQL


class SerialOrderMixin(models.AbstractModel):
    """Groups by stage in the order of a life, not of the alphabet."""

    _name = "serial.order.mixin"
    _description = "Order of a Life"

    # Selections whose groups come as their values are listed.
    _listed_order = frozenset({"stage"})

    @api.model
    def _read_group_orderby(self, order, groupby_terms, query):
        listed = self._listed_order & set(groupby_terms)
        if not listed:
            return super()._read_group_orderby(order, groupby_terms, query)
        terms = dict(groupby_terms)
        for name in listed:
            values = [value for value, _label in self._fields[name].selection]
            terms[name] = SQL(
                "array_position(%s::varchar[], %s)", values, groupby_terms[name]
            )
        ordered = super()._read_group_orderby(order, terms, query)
        groupby_terms.update(
            {name: term for name, term in terms.items() if name not in listed}
        )
        return ordered
