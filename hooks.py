def post_init_hook(env):
    """Nothing may be missing after install: Odoo only logs an index it could not create."""
    env["serial.event"]._ensure_database_guards()


def uninstall_hook(env):
    """Drop what Odoo does not know of: our triggers and functions."""
    env["serial.event"]._drop_database_guards()
