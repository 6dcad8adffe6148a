"""What every object of a practice has: an address, a version, a history, comments, a place in the search.

An object is written `kind:number`, as in the log: `barrier:12`.
"""
