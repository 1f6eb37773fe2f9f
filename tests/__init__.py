from . import test_browser_channel
from . import test_activate, test_concurrency
from . import test_api_document, test_api_http, test_api_verify
from . import test_browser_portal
from . import test_api_quota, test_api_scope
from . import test_event, test_mint, test_mint_concurrency, test_region
from . import test_import, test_import_concurrency
from . import test_ship, test_ship_concurrency, test_ship_correction, test_ship_queries
from . import test_funnel, test_reinstate
from . import test_channel, test_channel_contract, test_channel_rebind
from . import test_channel_figures, test_search
from . import test_portal, test_portal_key
from . import test_lead, test_listing, test_listing_concurrency, test_listing_http
from . import test_store, test_store_import
from . import test_rights, test_routes, test_routes_api, test_security
from . import test_dossier, test_warranty
from . import test_geoip, test_scan, test_scan_connection, test_scan_http
from . import test_transfer, test_transfer_concurrency, test_transfer_office
from . import test_translation
from . import test_webhook
