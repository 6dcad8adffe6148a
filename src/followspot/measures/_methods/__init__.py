"""Published methods as plain functions on arrays; they know nothing of teams, pages or the log."""
