"""What is answered, as JSON: the nouns of the domain. Moments are UTC; ids of a platform are text, numbers are ours.

A member that is null is not known, or is not so. Members may be added; none is taken away or renamed within version 1.
"""

from monitor.web.api.schemas.cases import (
    Case,
    CaseInFull,
    CasePage,
    CaseRow,
    CustomerHistory,
    Deadline,
    Event,
    PastCase,
    Presence,
    Reviewed,
)
from monitor.web.api.schemas.lists import Agent, Agents, Count, Counts, Done, Me, Refusal, View, Views
from monitor.web.api.schemas.posts import Account, Assessment, Doubt, Doubts, Post, PostInFull, ThreadPost

__all__ = [
    "Account",
    "Agent",
    "Agents",
    "Assessment",
    "Case",
    "CaseInFull",
    "CasePage",
    "CaseRow",
    "Count",
    "Counts",
    "CustomerHistory",
    "Deadline",
    "Done",
    "Doubt",
    "Doubts",
    "Event",
    "Me",
    "PastCase",
    "Post",
    "PostInFull",
    "Presence",
    "Refusal",
    "Reviewed",
    "ThreadPost",
    "View",
    "Views",
]
