"""The front line gets the light, and the leader claps.

Applause goes from one person to others for a stated thing that it cites. Applause for the leader stays between
giver and leader. A client's words are quoted with where they came from.
"""
