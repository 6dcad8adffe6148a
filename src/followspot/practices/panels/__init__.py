"""Hire people to give them their head.

Panelists judge a candidate alone first and together after. Two questions about attitude show how far those who will
lead a person differ; scores open together, differences are talked over, and what is agreed is signed, dissent included.
"""
