def post_init_hook(env):
    """Fail the install where Odoo would only log an index it could not create."""
    env["serial.guard"]._check()


def uninstall_hook(env):
    """Drop what Odoo does not know of."""
    env["serial.scan"]._drop()
    env["serial.page"]._drop()
    env["serial.guard"]._drop()
