from . import test_activate, test_event, test_mint, test_mint_concurrency, test_region
from . import test_ship, test_ship_concurrency, test_ship_correction, test_ship_queries
