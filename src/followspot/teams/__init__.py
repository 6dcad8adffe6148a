"""Who leads and who performs, and since when."""
