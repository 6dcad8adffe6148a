"""The doors in the browser."""
