"""How is it, this week? Asked of everybody, answered by nobody in particular."""
