from . import test_activate
from . import test_activate_page
from . import test_activate_refused
from . import test_api_document
from . import test_api_http
from . import test_api_keys
from . import test_api_quota
from . import test_api_scope
from . import test_api_verify
from . import test_api_verify_rights
from . import test_browser_channel
from . import test_browser_journey
from . import test_browser_portal
from . import test_api_quota, test_api_scope, test_harvest
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
from . import test_channel
from . import test_channel_contract
from . import test_channel_figures
from . import test_channel_rebind
from . import test_code
from . import test_concurrency
from . import test_declared_sale
from . import test_dossier
from . import test_event
from . import test_floor
from . import test_funnel
from . import test_geoip
from . import test_import
from . import test_import_concurrency
from . import test_import_rows
from . import test_import_run
from . import test_lead
from . import test_listing
from . import test_listing_concurrency
from . import test_listing_http
from . import test_mint
from . import test_mint_concurrency
from . import test_portal
from . import test_portal_key
from . import test_region
from . import test_reinstate
from . import test_scan
from . import test_scan_connection
from . import test_scan_http
from . import test_scan_log
from . import test_search
from . import test_security
from . import test_security_rpc
from . import test_ship
from . import test_ship_concurrency
from . import test_ship_correction
from . import test_ship_queries
from . import test_ship_refused
from . import test_ship_ways
from . import test_store
from . import test_store_import
from . import test_transfer
from . import test_transfer_concurrency
from . import test_transfer_list
from . import test_transfer_office
from . import test_transfer_receive
from . import test_translation
from . import test_warranty
from . import test_webhook
