# Runs in Odoo's shell, where `env` is the demo database: see bin/demo.
from odoo.addons.serial_dossier.demo.story import build

build(env)  # noqa: F821
