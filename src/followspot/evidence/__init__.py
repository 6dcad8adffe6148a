"""The team's own work history as one log."""
