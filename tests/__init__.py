from . import test_activate, test_event, test_mint, test_mint_concurrency, test_ship
