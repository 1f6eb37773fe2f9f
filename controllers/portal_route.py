from functools import partial

from odoo.exceptions import UserError
from odoo.http import request, route

from .endpoint import get_path_names, stand_in

# Greater numbers are typed ones: no record has them, and a column may not hold them.
TYPED_ID = 10**9


def portal_route(ensure, path, method="GET", is_paged=False, **options):
    """Declare a page under /my, or with `website=False` a file, for those logged in.

    A reading one runs on a read-only cursor.

    :param ensure: name of the controller's method that ends the request of a stranger
    :param is_paged: whether what it lists fills several pages
    :param options: of `odoo.http.route`, besides the usual ones or in their place
    """
    names = [name for name in get_path_names(path) if name.endswith("_id")]
    paths = [path, f"{path}/page/<int:page>"] if is_paged else path
    usual = {"website": True, "readonly": method == "GET", "methods": [method]}

    def decorate(function):
        @route(paths, type="http", auth="user", **{**usual, **options})
        @stand_in(function)
        def endpoint(self, **params):
            getattr(self, ensure)()
            found(all(params[name] < TYPED_ID for name in names))
            return function(self, **params)

        return endpoint

    return decorate


distributor_route = partial(portal_route, "_ensure_distributor")
centre_route = partial(portal_route, "_ensure_centre")


def found(value):
    """Return a value; where there is none, the answer is 404."""
    if not value:
        raise request.not_found()
    return value


def attempt(method, *values):
    """Call a method: return what it returns, and why it was refused, with no effect."""
    try:
        with request.env.cr.savepoint():
            return method(*values), None
    except UserError as refusal:
        return None, str(refusal)
