"""How it looks: frame, parts, style, charts. Imports nothing of the rest."""
