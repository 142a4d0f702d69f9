"""From a configuration to the brands' own accounts, and to X as a source."""

from datetime import date

from monitor.config import Config
from monitor.domain.self_talk import OwnNames
from monitor.services.account_report import OwnAccount, OwnBrand
from monitor.sources.base import StreamKind
from monitor.sources.x import Ledger, OAuth1, Prices, Spending, Vocabulary, XAccount, XBrand, XSettings
from monitor.store import spending
from monitor.store.db import Database


class StoredLedger(Ledger):
    """What was spent on a source, kept in the database, so that neither a restart nor a second process forgets it."""

    def __init__(self, database: Database, source: str) -> None:
        self._database = database
        self._source = source

    def spent(self, day: date) -> Spending:
        with self._database.read() as session:
            requests, money = spending.spent(session, self._source, day.isoformat())
        return Spending(day, requests=requests, money=money)

    def add(self, spent: Spending) -> None:
        with self._database.write() as session:
            spending.add(session, self._source, spent.day.isoformat(), requests=spent.requests, money=spent.money)


def own_brands(config: Config) -> dict[str, OwnBrand]:
    """What each brand is known by, for telling its own words from others'."""
    return {
        brand.name: OwnBrand(
            accounts=tuple(OwnAccount(account.platform, account.id, account.handle) for account in brand.accounts),
            names=OwnNames(names=tuple(dict.fromkeys((brand.title, brand.name, *brand.untagged_names)))),
        )
        for brand in config.brands
    }


def brand_words(config: Config) -> tuple[str, ...]:
    """What the brands are called: no password may be built on it."""
    return tuple(word for brand in config.brands for word in (brand.name, brand.title))


def x_brands(config: Config) -> list[XBrand]:
    """The brands that have an account on X."""
    return [
        XBrand(
            key=brand.name,
            accounts=[XAccount(account.id, account.handle) for account in accounts],
            names=brand.untagged_names,
            languages=brand.languages or (),
        )
        for brand in config.brands
        if (accounts := config.accounts("x").get(brand.name))
    ]


def x_settings(config: Config) -> XSettings:
    """How X is read. The secrets leave their wrapping here and go nowhere but into the source."""
    told, secrets = config.sources.x, config.secrets
    bearer = secrets.x_bearer_token
    return XSettings(
        bearer_token=bearer.get_secret_value() if bearer else None,
        oauth1=_oauth1(config),
        base_url=told.base_url,
        vocabulary=Vocabulary(told.vocabulary),
        connect_timeout=told.timeouts.connect.total_seconds(),
        read_timeout=told.timeouts.read.total_seconds(),
        total_timeout=told.timeouts.total.total_seconds(),
        page_sizes=dict.fromkeys(StreamKind, told.page_size),
        daily_money=told.budget.money,
        daily_requests=told.budget.requests,
        prices=Prices(**told.prices.model_dump()),
    )


def _oauth1(config: Config) -> OAuth1 | None:
    secrets = config.secrets
    keys = (
        secrets.x_consumer_key,
        secrets.x_consumer_secret,
        secrets.x_access_token,
        secrets.x_access_token_secret,
    )
    return OAuth1(*(key.get_secret_value() for key in keys if key)) if all(keys) else None
