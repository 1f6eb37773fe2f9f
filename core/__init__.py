"""Decisions of the field in plain Python: no Odoo, no clock, no input or output."""
