"""Windows that buttons open, as actions of the web client."""


def list_window(model, name, domain, view_mode="list,form", **context):
    """Return a window with the records of a domain."""
    window = {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "view_mode": view_mode,
        "domain": domain,
    }
    return {**window, "context": context} if context else window


def form_window(model, name, target="new", **context):
    """Return a window with a form of a new record; by default one before the page."""
    return {
        "type": "ir.actions.act_window",
        "name": name,
        "res_model": model,
        "view_mode": "form",
        "target": target,
        "context": context,
    }
