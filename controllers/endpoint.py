"""What decorators of our routes have in common."""

import functools
import inspect
import re

PATH_PARAMETER = re.compile(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>")


def stand_in(function):
    """Decorate what Odoo is to call in a handler's place.

    Odoo looks at the signature of a route at each request, and complains of
    parameters in a query string that are not in it: it is to see that of the
    stand-in, under the handler's name.
    """

    def decorate(endpoint):
        signature = inspect.signature(endpoint)
        functools.update_wrapper(endpoint, function)
        del endpoint.__wrapped__
        endpoint.__signature__ = signature  # else it is worked out at each request
        return endpoint

    return decorate


def get_path_names(path):
    """Return the names of the parameters in a route's path.

    >>> get_path_names("/sn/<path:code>/<any(take,leave):what>/file/<int:file_id>")
    ('code', 'what', 'file_id')
    """
    return tuple(PATH_PARAMETER.findall(path))
