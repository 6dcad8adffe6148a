"""Mistakes are allowed, and learned from.

A lesson says what happened, what was believed, what is known now and what changes; each change is followed up
until it is done. The leader answers in two ways only: thank you, or this part is mine.
"""
