"""Services of others, as servers on this machine that speak as they do."""
