"""Whose data it is: what is kept about somebody, their copy of it, their going, and how long things stay."""
