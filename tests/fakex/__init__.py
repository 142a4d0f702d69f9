"""A fake X server of our own, as awkward as the real one: for tests in the process, and for the demo as a program."""

from tests.fakex.access import Keys
from tests.fakex.day import load_day
from tests.fakex.faults import Fault, Faults
from tests.fakex.server import Exchange, FakeX
from tests.fakex.world import FakePost, FakeUser, World, WorldClock

__all__ = ["Exchange", "FakePost", "FakeUser", "FakeX", "Fault", "Faults", "Keys", "World", "WorldClock", "load_day"]
