"""The exception tree. A class's docstring is its default message, so every error says something a person can act on."""

from datetime import datetime


class MonitorError(Exception):
    """Something went wrong in the complaint monitor."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


class ConfigError(MonitorError):
    """The configuration is not valid."""

    def __init__(self, message: str | None = None, *, path: str = "") -> None:
        """`path` is the dotted key that is wrong, e.g. `sla.severities.blame.first_response`."""
        super().__init__(message)
        self.path = path


class SourceError(MonitorError):
    """The source could not be read this time; the next poll tries again."""


class RateLimited(SourceError):
    """The source asks us to wait."""

    def __init__(self, message: str | None = None, *, retry_at: datetime) -> None:
        super().__init__(message)
        self.retry_at = retry_at


class SourceRefused(SourceError):
    """The source refuses us until somebody changes the credentials or the permissions."""


class BudgetExhausted(SourceError):
    """The budget for requests to this source is used up."""

    def __init__(self, message: str | None = None, *, retry_at: datetime | None = None) -> None:
        """`retry_at` is None when only a person can end the stop (out of credits)."""
        super().__init__(message)
        self.retry_at = retry_at


class NotifyError(MonitorError):
    """A notification could not be delivered."""

    def __init__(self, message: str | None = None, *, permanent: bool = False) -> None:
        super().__init__(message)
        self.permanent = permanent


class Conflict(MonitorError):
    """Somebody else changed this case first; read it again."""


class NotAllowed(MonitorError):
    """This is not possible in the present state of the case."""


class NotFound(MonitorError):
    """There is nothing by that name."""


class LostLeadership(MonitorError):
    """Another daemon leads now; this one's writes are refused."""


class StoreError(MonitorError):
    """The database cannot be used as it is."""
