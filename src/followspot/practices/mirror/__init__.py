"""Three marks, no verdict: what the leader says of themselves, what the team says, what the log can see.

Once a quarter the leader rates twelve statements, before the team’s answers are known. The rating is the leader’s
alone, until they share the mirror; a mirror belongs to whoever led then.
"""
