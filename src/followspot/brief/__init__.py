"""The pages a leader opens: Sideline, step-away reports, and what they are composed of."""
