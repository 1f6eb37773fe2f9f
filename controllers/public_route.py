from odoo.http import request, route

from .endpoint import get_path_names, stand_in
from .form import read_texts

# What a form holds that takes no files.
MAX_FORM = 16_384


def public_route(path, method="GET", **options):
    """Declare a route for whoever comes: no session, no cookie, no line in a sitemap.

    A reading one runs on a read-only cursor. A form needs no token of a session, as
    there is none to ride on: it is signed instead, or the link is what gives the right.

    :param options: of `odoo.http.route`, besides these or in their place
    """
    if method == "POST":
        usual = {"csrf": False, "max_content_length": MAX_FORM}
    else:
        usual = {"readonly": True}
    usual.update(auth="public", methods=[method], save_session=False, sitemap=False)
    return route(path, type="http", **{**usual, **options})


def visit_route(path, method="GET", read=read_texts, **options):
    """Declare a route of the public page, see `public_route`.

    Its handler is called with the model of the page, the facts of the visit, the texts
    of the query or the form, and by name what the path holds. It returns the HTML of
    a page, or an answer of its own. Who tries codes out is told to wait instead.

    :param read: what gives the texts of the parameters
    """
    names = get_path_names(path)

    def decorate(function):
        @public_route(path, method, **{"auth": "serial_public", **options})
        @stand_in(function)
        def endpoint(self, **params):
            values = {name: params.pop(name) for name in names}
            page, texts = request.env["serial.page"], read(params)
            visit = self._get_visit(texts)
            if wait := page._get_wait(visit):
                return self._make_wait(visit, wait)
            answer = function(self, page, visit, texts, **values)
            return self._respond(answer) if isinstance(answer, str) else answer

        return endpoint

    return decorate
