"""What each route of ours answers, and how to ask it."""

from collections import namedtuple

# What a route answers: `page` to its `roles`, and 404 to the rest of those logged in.
# `model`: the route names a record, whose distributor and his supplier see it.
# `key`: the route names a key, which those of its company may end. `open`: whoever
# comes. `no_ticket`: 404 without the token of a ticket, see test_service_ticket.
# `api`: see test_routes_api.
Route = namedtuple("Route", "kind target model form", defaults=(None, None, None))

TRANSFER = "/my/serial-transfers/{id}"
ACTIONS = (
    *("add", "remove", "send", "cancel", "receive"),
    *("receive_all", "close", "dispute", "settle"),
)
STEP = (
    "<any(take_in,diagnose,part,remove_part,wait,"
    "arrived,finish,give_back,message,photos):step>"
)
ACT = "<any({}):action>".format(",".join(ACTIONS))

ROUTES = {
    "ANY /my": Route("home", "/my"),
    "ANY /my/home": Route("home", "/my/home"),
    "GET /my/serials": Route("page", "/my/serials"),
    "GET /my/serials/page/<int:page>": Route("page", "/my/serials/page/2"),
    "GET /my/serials/export": Route("page", "/my/serials/export"),
    "GET /my/serials/<int:lot_id>": Route("record", "/my/serials/{id}", "stock.lot"),
    "GET /my/serials/<int:lot_id>/certificate.pdf": Route(
        "record", "/my/serials/{id}/certificate.pdf", "stock.lot"
    ),
    "GET /my/serial-alerts": Route("page", "/my/serial-alerts"),
    "GET /my/serial-alerts/page/<int:page>": Route("page", "/my/serial-alerts/page/2"),
    "GET /my/serial-alerts/<int:alert_id>": Route(
        "record", "/my/serial-alerts/{id}", "serial.diversion.alert"
    ),
    "POST /my/serial-alerts/<int:alert_id>": Route(
        "record", "/my/serial-alerts/{id}", "serial.diversion.alert", {"body": ""}
    ),
    "GET /my/serial-cases": Route("page", "/my/serial-cases"),
    "GET /my/serial-cases/page/<int:page>": Route("page", "/my/serial-cases/page/2"),
    "GET /my/serial-cases/<int:case_id>": Route(
        "record", "/my/serial-cases/{id}", "serial.diversion.case"
    ),
    "POST /my/serial-cases/<int:case_id>": Route(
        "record", "/my/serial-cases/{id}", "serial.diversion.case", {"body": ""}
    ),
    "GET /my/serial-downloads": Route("page", "/my/serial-downloads"),
    "GET /my/serial-downloads/<int:picking_id>.<any(pdf,csv):kind>": Route(
        "record", "/my/serial-downloads/{id}.csv", "stock.picking"
    ),
    "GET /my/serial-shipments": Route("page", "/my/serial-shipments"),
    "POST /my/serial-shipments": Route(
        "page", "/my/serial-shipments", form={"text": "NO-SUCH"}
    ),
    "GET /my/serial-shipments/page/<int:page>": Route(
        "page", "/my/serial-shipments/page/2"
    ),
    "GET /my/serial-transfers": Route("page", "/my/serial-transfers"),
    "GET /my/serial-transfers/page/<int:page>": Route(
        "page", "/my/serial-transfers/page/2"
    ),
    "GET /my/serial-transfers/new": Route("page", "/my/serial-transfers/new"),
    "POST /my/serial-transfers/new": Route(
        "page", "/my/serial-transfers/new", form={"receiver": "1"}
    ),
    "GET /my/serial-transfers/<int:transfer_id>": Route(
        "record", TRANSFER, "serial.channel.transfer"
    ),
    f"POST /my/serial-transfers/<int:transfer_id>/{ACT}": Route(
        "record", f"{TRANSFER}/{{action}}", "serial.channel.transfer", {"texts": ""}
    ),
    "GET /my/serial-sales": Route("page", "/my/serial-sales"),
    "POST /my/serial-sales": Route("page", "/my/serial-sales", form={"texts": ""}),
    "GET /my/serial-keys": Route("page", "/my/serial-keys"),
    "POST /my/serial-keys": Route("page", "/my/serial-keys", form={"name": ""}),
    "POST /my/serial-keys/<int:key_id>/revoke": Route(
        "key", "/my/serial-keys/{id}/revoke", "serial.api.key", {}
    ),
    "GET /my/recalls": Route("page", "/my/recalls"),
    "GET /my/recalls/<int:recall_id>": Route(
        "record", "/my/recalls/{id}", "serial.recall"
    ),
    "GET /my/recalls/<int:recall_id>.csv": Route(
        "record", "/my/recalls/{id}.csv", "serial.recall"
    ),
    "POST /my/recalls/<int:recall_id>": Route(
        "record", "/my/recalls/{id}", "serial.recall", {}
    ),
    "GET /my/tradeins": Route("page", "/my/tradeins"),
    "GET /my/tradeins/page/<int:page>": Route("page", "/my/tradeins/page/2"),
    "GET /my/tradeins/new": Route("page", "/my/tradeins/new"),
    "POST /my/tradeins/new": Route("page", "/my/tradeins/new", form={"code": ""}),
    "GET /my/tradeins/<int:claim_id>": Route(
        "record", "/my/tradeins/{id}", "serial.tradein"
    ),
    "GET /my/tradeins/<int:claim_id>/voucher": Route(
        "record", "/my/tradeins/{id}/voucher", "serial.tradein"
    ),
    "POST /my/tradeins/<int:claim_id>/<any(receive,cancel):action>": Route(
        "record", "/my/tradeins/{id}/receive", "serial.tradein", {"note": ""}
    ),
    "GET /sn/<string:code>/tradein": Route("open", "/sn/X8K29M4PLQ7RW/tradein"),
    "POST /sn/<string:code>/tradein": Route(
        "open", "/sn/X8K29M4PLQ7RW/tradein", form={"token": "x"}
    ),
    "GET /tradein/<string:token>": Route("open", "/tradein/x"),
    "POST /tradein/<string:token>": Route(
        "open", "/tradein/x", form={"decision": "agree"}
    ),
    "GET /tradein/<string:token>/voucher": Route("open", "/tradein/x/voucher"),
    "GET /sn": Route("open", "/sn"),
    "GET /01/<path:rest>": Route(
        "open", "/01/06901234567892/21/X8K29M4PLQ7RX?linkType=linkset"
    ),
    "GET /.well-known/gs1resolver": Route("open", "/.well-known/gs1resolver"),
    "GET /sn/<path:code>": Route("open", "/sn/X8K29M4PLQ7RW"),
    "POST /sn/<path:code>": Route("open", "/sn/X8K29M4PLQ7RW", form={"sig": "x"}),
    "GET /sn/<string:code>/card": Route("no_ticket", "/sn/X8K29M4PLQ7RW/card"),
    "POST /sn/<string:code>/proof": Route(
        "open", "/sn/X8K29M4PLQ7RW/proof", form={"token": "x"}
    ),
    "GET /sn/<string:code>/service": Route("open", "/sn/X8K29M4PLQ7RW/service"),
    "POST /sn/<string:code>/service": Route(
        "open", "/sn/X8K29M4PLQ7RW/service", form={"token": "x"}
    ),
    "GET /my/repairs": Route("centre", "/my/repairs"),
    "GET /my/repairs/page/<int:page>": Route("centre", "/my/repairs/page/2"),
    "POST /my/repairs": Route("centre", "/my/repairs", form={"texts": "x"}),
    "GET /my/repairs/<int:repair_id>": Route("centre", "/my/repairs/1"),
    f"POST /my/repairs/<int:repair_id>/{STEP}": Route(
        "centre", "/my/repairs/1/take_in", form={}
    ),
    "GET /my/repairs/<int:repair_id>/report.pdf": Route(
        "centre", "/my/repairs/1/report.pdf"
    ),
    "GET /my/repairs/<int:repair_id>/file/<int:file_id>": Route(
        "centre", "/my/repairs/1/file/1"
    ),
    "GET /my/settlements": Route("centre", "/my/settlements"),
    "GET /my/settlements/<int:sheet_id>.pdf": Route("centre", "/my/settlements/1.pdf"),
    "GET /service/ticket/<string:token>": Route("open", "/service/ticket/x"),
    "POST /service/ticket/<string:token>/<any(message,cancel):action>": Route(
        "open", "/service/ticket/x/message", form={"body": "x"}
    ),
    "GET /service/ticket/<string:token>/file/<int:file_id>": Route("no_ticket"),
    "GET /service/ticket/<string:token>/report.pdf": Route("no_ticket"),
    "ANY /api/serial/v1": Route("api"),
    "ANY /api/serial/v1/<path:path>": Route("api"),
    "GET /api/serial/v1/events": Route("api"),
    "GET /api/serial/v1/events/<path:event_id>": Route("api"),
    "GET /api/serial/v1/epcs/<path:epc>/events": Route("api"),
    "GET /api/serial/v1/openapi.json": Route("api"),
    "GET /api/serial/v1/serials/<string:code>": Route("api"),
    "POST /api/serial/v1/activations": Route("api"),
    "POST /api/serial/v1/listings": Route("api"),
    "GET /api/serial/v1/capture": Route("api"),
    "POST /api/serial/v1/capture": Route("api"),
    "GET /api/serial/v1/capture/<string:code>": Route("api"),
    "POST /api/serial/v1/tradein/orders": Route("api"),
    "POST /api/serial/v1/tradein/quotes": Route("api"),
    "POST /api/serial/v1/verify": Route("api"),
    "POST /api/serial/v1/verify/batch": Route("api"),
}
