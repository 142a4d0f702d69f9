"""The configuration: typed, frozen, read once by `load()`.

A wrong key, a wrong value or a misplaced secret is a ConfigError that says where it stands and what to do.
Only edges and `wiring` look at it. Secrets come from the environment or a credentials folder, never from the file.
"""

from monitor.config.brands import Account, Brand, Defaults
from monitor.config.program import ClassifierSettings, Daemon, Database, Logging, Triage, Web
from monitor.config.promises import Calendar, Holidays, Promises, SlaPolicy
from monitor.config.reading import load, shipped
from monitor.config.root import Config
from monitor.config.secrets import SECRET_NAMES, Secrets
from monitor.config.sources import Budget, Poll, Prices, Sources, Timeouts, X
from monitor.config.values import Hours
from monitor.config.winning import Compensation

__all__ = [
    "SECRET_NAMES",
    "Account",
    "Brand",
    "Budget",
    "Calendar",
    "ClassifierSettings",
    "Compensation",
    "Config",
    "Daemon",
    "Database",
    "Defaults",
    "Holidays",
    "Hours",
    "Logging",
    "Poll",
    "Prices",
    "Promises",
    "Secrets",
    "SlaPolicy",
    "Sources",
    "Timeouts",
    "Triage",
    "Web",
    "X",
    "load",
    "shipped",
]
