"""Argon2id as it is recommended: slow, salted, and renewed when the recommendation has moved on."""

import re

import pytest
from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from monitor.passwords import Argon2

PASSWORD = "tumbleweed lantern 9"


@pytest.fixture(scope="module")
def argon2() -> Argon2:
    return Argon2()


def test_the_right_password_is_known_and_another_is_not(argon2: Argon2) -> None:
    hashed = argon2.hash(PASSWORD)

    assert argon2.verify(PASSWORD, hashed) == (True, None)
    assert argon2.verify(PASSWORD + " ", hashed) == (False, None)


def test_a_hash_costs_at_least_what_owasp_asks_for(argon2: Argon2) -> None:
    cost = re.match(r"\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$", argon2.hash(PASSWORD))

    assert cost is not None
    memory, passes, lanes = map(int, cost.groups())
    assert memory >= 19 * 1024
    assert passes >= 2
    assert lanes >= 1


def test_the_same_password_is_never_the_same_hash(argon2: Argon2) -> None:
    assert argon2.hash(PASSWORD) != argon2.hash(PASSWORD)


def test_a_hash_of_a_weaker_time_is_renewed(argon2: Argon2) -> None:
    weak = PasswordHash((Argon2Hasher(time_cost=1, memory_cost=8, parallelism=1),)).hash(PASSWORD)

    right, better = argon2.verify(PASSWORD, weak)

    assert right
    assert better is not None
    assert argon2.verify(PASSWORD, better) == (True, None)


@pytest.mark.parametrize("typed", ["", "nobody", "\x00nobody ", PASSWORD])
def test_nobodys_hash_fits_nobody_and_costs_the_same(argon2: Argon2, typed: str) -> None:
    assert argon2.verify(typed, argon2.nobody) == (False, None)
    assert argon2.nobody.rsplit("$", 2)[0] == argon2.hash(PASSWORD).rsplit("$", 2)[0]
