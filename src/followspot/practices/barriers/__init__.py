"""The leader removes what is in the way, and then steps back.

A barrier is raised by anybody of the team, taken with a promise, cleared by whoever took it, and confirmed
by the raiser alone. Fourteen days without an uninvited touch of the leader on what it held up, and the
leader has stepped back. It may be passed up the line, and never loses its age.
"""
