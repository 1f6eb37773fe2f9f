"""Where our module does set-based what stock does record by record."""

# With this key in the context everything is left to stock itself: tests and
# benchmarks compare with that.
STOCK_OWN = "serial_stock_own"
KNOWN = ("odoo.orm.", "odoo.addons.stock.", "odoo.addons.serial_dossier.")


def takes_over(model, *names):
    """Tell whether we may do what these methods of a model do, in another way.

    Not where another module extends one of them: it may want something else.
    """
    if model.env.context.get(STOCK_OWN):
        return False
    return all(
        vars(part)[name].__module__.startswith(KNOWN)
        for part in type(model).__mro__
        for name in names
        if name in vars(part)
    )
