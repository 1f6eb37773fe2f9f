from urllib.parse import urlencode

from odoo import api, http
from odoo.http import Response, request
from odoo.modules.registry import Registry

from ..core import epcis_query
from ..core.errors import SerialError
from ..models.serial_api_problem import API_ROOT
from ..models.serial_epcis_query import AT_ONCE
from .api_route import api_route, refuse
from .api_schema_events import EVENT, EVENTS

_HEADERS = [
    ("Content-Type", "application/json; charset=utf-8"),
    ("Cache-Control", "no-store"),
    ("GS1-EPCIS-Version", "2.0.0"),
    ("GS1-CBV-Version", "2.0.0"),
]


class SerialEpcisApi(http.Controller):
    """What happened to serials, for machines that speak EPCIS 2.0."""

    @api_route(
        "/events",
        "GET",
        answer=EVENTS,
        problems=("400",),
        name="getEvents",
        scope="events",
        summary="What happened to serials, as EPCIS 2.0 events",
        query=epcis_query.PARAMETERS,
    )
    def get_events(self):
        """Answer with a page of EPCIS events."""
        return self._answer("/events", request.httprequest.args.items(multi=True))

    @api_route(
        "/epcs/<path:epc>/events",
        "GET",
        answer=EVENTS,
        problems=("400",),
        name="getEventsOfEpc",
        scope="events",
        summary="What happened to one serial, carton or pallet",
        query=epcis_query.PARAMETERS,
    )
    def get_events_of_epc(self, epc):
        """Answer with a page of the EPCIS events of one object."""
        pairs = [*request.httprequest.args.items(multi=True)]
        return self._answer("/events", [*pairs, ("MATCH_anyEPC", _whole(epc))])

    @api_route(
        "/events/<path:event_id>",
        "GET",
        answer=EVENT,
        problems=("404",),
        name="getEvent",
        scope="events",
        summary="An EPCIS event by its ID, once it was told",
    )
    def get_event(self, event_id):
        """Answer with one EPCIS event."""
        text = request.env["serial.epcis.query"]._get_event(_whole(event_id))
        if text is None:
            refuse("not_found")
        return request.make_response(text, _HEADERS)

    def _answer(self, path, pairs):
        pairs = list(pairs)
        try:
            query = epcis_query.read(pairs)
        except SerialError as error:
            refuse(error.reason, **error.values)
        model = request.env["serial.epcis.query"]
        if query.has_limit and model._exceeds(query):
            refuse("too_many_matches", maximum=query.most)
        page = model._get_page(query)
        headers = [*_HEADERS]
        if page.token:
            pairs = [pair for pair in pairs if pair[0] != "nextPageToken"]
            pairs.append(("nextPageToken", page.token))
            link = f'<{API_ROOT}{path}?{urlencode(pairs)}>; rel="next"'
            headers += [("Link", link), ("GS1-Next-Page-Token-Expires", "never")]
        if model._count_steps(page) <= AT_ONCE:
            return request.make_response("".join(model._write_page(page)), headers)
        return Response(_stream(request.env, page), headers=headers)


def _stream(env, page):
    """Yield a long answer while it is written; the request's transaction is over."""
    with Registry(env.cr.dbname).cursor() as cr:
        env = api.Environment(cr, env.uid, dict(env.context))
        yield from env["serial.epcis.query"]._write_page(page)


def _whole(uri):
    """Return a URI from a path, where servers may have merged its slashes.

    >>> _whole("https:/id.gs1.org/00/340123450000000000")
    'https://id.gs1.org/00/340123450000000000'
    """
    for scheme in ("https", "http"):
        if uri.startswith(f"{scheme}:/") and not uri.startswith(f"{scheme}://"):
            return uri.replace(":/", "://", 1)
    return uri
