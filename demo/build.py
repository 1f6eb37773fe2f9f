# Runs in Odoo's shell, where `env` is the demo database: see bin/demo.
# A shell's standard input belongs to no package, so that "." means nothing here.
# pylint: disable=odoo-addons-relative-import
from odoo.addons.serial_dossier.demo.story import build

build(env)  # noqa: F821
