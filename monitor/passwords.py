"""Passwords, hashed slowly: Argon2id with the parameters that pwdlib recommends (64 MiB, 3 passes, 4 lanes).

The only home of pwdlib. OWASP's password storage advice asks for at least 19 MiB and 2 passes.
"""

from functools import cached_property

from pwdlib import PasswordHash


class Argon2:
    """Hashes passwords and compares them; a tenth of a second each, on purpose."""

    def __init__(self) -> None:
        self._hashes = PasswordHash.recommended()

    @cached_property
    def nobody(self) -> str:
        """The hash of a password that nobody has: what a name that we do not know is compared with."""
        return self.hash("\x00nobody")

    def hash(self, password: str) -> str:
        return self._hashes.hash(password)

    def verify(self, password: str, hashed: str) -> tuple[bool, str | None]:
        """Whether it is the password, and a new hash to keep where the old one is weaker than today's."""
        return self._hashes.verify_and_update(password, hashed)
