"""Who is watched: the brands, their accounts, and what counts as talk about them."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator, Field, field_validator

from monitor.config.values import Names, Section, duplicates, like


def _handle(value: object) -> object:
    return value.strip().removeprefix("@") if isinstance(value, str) else value


Language = Annotated[str, AfterValidator(like(r"[a-z]{2,3}", "write an ISO 639-1 code, as in en, lv, ru or bg"))]


class Account(Section):
    """One account of a brand on a platform."""

    platform: Literal["x"]
    """The network: `x`."""
    id: Annotated[str, AfterValidator(like(r"[0-9]{1,20}", 'write the number of the account, as in "1000001"'))]
    """The account's number (it survives a change of handle)."""
    handle: Annotated[
        str,
        BeforeValidator(_handle),
        AfterValidator(like(r"[A-Za-z0-9_]{1,50}", "write the name of the account without @: letters, digits and _")),
    ]
    """The account's name without @."""


class Brand(Section):
    """One watched brand."""

    name: Annotated[
        str,
        AfterValidator(
            like(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}", "write letters, digits, dots, - and _, without spaces")
        ),
    ]
    """The key used in commands, reports and the database; never change it later."""
    display_name: str | None = None
    """The brand as people write it; the name where it is not given."""
    untagged_names: Names = ()
    """Names to search for in posts that do not tag an account."""
    accounts: tuple[Account, ...] = ()
    """The brand's own accounts, the main one first; none for a brand that is only imported."""
    languages: Annotated[tuple[Language, ...] | None, Field(min_length=1)] = None
    """ISO 639-1 codes of the languages its customers write; `defaults.languages` where it is not given."""
    calendar: str | None = None
    """A name under `calendars`; `defaults.calendar` where it is not given."""
    sla: str | None = None
    """A name under `sla`; `defaults.sla` where it is not given."""

    @property
    def title(self) -> str:
        return self.display_name or self.name

    @field_validator("accounts")
    @classmethod
    def _accounts_differ(cls, accounts: tuple[Account, ...]) -> tuple[Account, ...]:
        if twice := duplicates([f"{account.platform} account {account.id}" for account in accounts]):
            raise ValueError(f"{twice[0]} stands here twice: remove one of them")
        return accounts


class Defaults(Section):
    """What holds for a brand that does not say otherwise, and for imported brands that are not listed."""

    calendar: str
    """A name under `calendars`."""
    sla: str
    """A name under `sla`."""
    languages: Annotated[tuple[Language, ...], Field(min_length=1)] = ("en", "bg", "lv", "ru")
    """ISO 639-1 codes."""
