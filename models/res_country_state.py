from odoo import api, models, tools
from odoo.tools import SQL

from ..core.place_name import china_name


class ResCountryState(models.Model):
    """Subdivisions by the codes that IP databases use: ISO 3166-2.

    Odoo names China's provinces by one Chinese character; their ISO codes stand only in
    the external ids of its own data (`base.state_cn_GD`).
    """

    _inherit = "res.country.state"

    @api.depends_context("lang", "serial_short_place")
    def _compute_display_name(self):
        """In narrow columns, the name alone, as the user can read it."""
        if not self.env.context.get("serial_short_place"):
            return super()._compute_display_name()
        for state in self:
            state.display_name = state._get_readable_name()
        return None

    @api.model
    def _get_state(self, country_code, subdivision):
        """Return the subdivision of an ISO 3166-2 code such as ("CN", "GD"), or none.

        The code may come with its country: "CN-GD".
        """
        country_code = (country_code or "").upper()
        subdivision = (subdivision or "").upper().removeprefix(f"{country_code}-")
        return self.browse(self._get_state_id(country_code, subdivision) or ())

    @api.model
    @tools.ormcache("country_code", "subdivision")
    def _get_state_id(self, country_code, subdivision):
        if not country_code or not subdivision:
            return False
        if country_code == "CN":
            return self._get_chinese_states().get(subdivision, False)
        domain = [
            ("country_id.code", "=", country_code),
            ("code", "=ilike", subdivision),
        ]
        return self.sudo().search(domain, limit=1).id

    @api.model
    def _get_iso_codes(self, state_ids):
        """Return `{state id: (country code, ISO code)}` of subdivisions."""
        chinese = {id_: code for code, id_ in self._get_chinese_states().items()}
        return {
            state.id: (state.country_id.code, chinese.get(state.id, state.code))
            for state in self.sudo().browse(state_ids)
        }

    def _get_readable_name(self):
        """Return the name as the user can read it.

        Odoo knows China's provinces by their Chinese names alone.
        """
        if not self or self.name.isascii() or (self.env.lang or "").startswith("zh"):
            return self.name or ""
        codes = {id_: code for code, id_ in self._get_chinese_states().items()}
        return china_name(codes.get(self.id)) or self.name

    @api.model
    @tools.ormcache()
    def _get_chinese_states(self):
        """Return `{ISO code: state id}` of China's provinces."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT substr(data.name, length('state_cn_') + 1), data.res_id
                  FROM ir_model_data data
                  JOIN res_country_state state ON state.id = data.res_id
                 WHERE data.module = 'base' AND data.model = 'res.country.state'
                   AND data.name ~ '^state_cn_[A-Z]{2}$'
                """
            )
        )
        return dict(rows)
