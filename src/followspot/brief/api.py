"""What a leader reads of their team and of themselves, as JSON: the brief, the Stage, readings, reports, the mirror."""

from followspot.teams.calls import Room

room = Room("brief")
