from . import test_event, test_mint, test_mint_concurrency
