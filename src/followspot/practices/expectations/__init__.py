"""Expectations stay high, and freedom fits the person.

An expectation is proposed, agreed by those who will have it in hand and by the leader, started, and met, missed
or dropped. How much head its owners have is chosen by both sides unseen and revealed together. After it was
agreed nobody changes it alone: a change is a proposal that the other side accepts.
"""
