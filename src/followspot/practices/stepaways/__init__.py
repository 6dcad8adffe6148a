"""What the team achieves does not stop when the leader steps away.

A step-away is announced with its dates and its margin, happens, and is read once it is over.
"""
