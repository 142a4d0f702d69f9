"""Reports as `--json` prints them: durations in seconds, shares from 0 to 1, moments in ISO 8601, null for unknown.

Every figure stands beside the counts that it is made of.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from monitor.domain.account_health import Balance, BalanceTrend, Contact, PostingRate, Silence
from monitor.domain.metrics import Attainment, Bucket, Distribution, RepeatContact
from monitor.domain.response import Rate, Times
from monitor.domain.self_talk import SelfTalk
from monitor.services.account_report import AccountHealth, BrandHealth
from monitor.services.report import Measured, OpenCases, Promises, ResponseTimes, Scope


def report_as_dict(name: str, scope: Scope, now: datetime, brands: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The frame that every report stands in. No `since` or `until` means no limit; all moments are UTC."""
    return {
        "report": name,
        "at": now.isoformat(),
        "since": scope.since.isoformat() if scope.since else None,
        "until": scope.until.isoformat() if scope.until else None,
        "lang": scope.lang,
        "zone": "UTC",
        "brands": list(brands),
    }


def response_as_dict(row: ResponseTimes) -> dict[str, Any]:
    """The keys in front are the published clock in calendar time; the nested ones hold all four clocks."""
    first = row.first.published.ended
    return {
        "brand": row.brand,
        "cases": row.cases,
        "unanswered": row.unanswered,
        "first_response_median_seconds": _seconds(first.median),
        "first_response_p90_seconds": _seconds(first.p90),
        "posts": row.posts,
        "pairs": row.pairs.n,
        "pair_median_seconds": _seconds(row.pairs.median),
        "pair_p90_seconds": _seconds(row.pairs.p90),
        "pair_buckets": _buckets(row.pairs.buckets),
        "first_response": _measured(row.first),
        "next_response": _measured(row.next),
        "resolution": _measured(row.resolution),
        "response_rates": [_rate(rate) for rate in row.rates],
        "untriaged": row.untriaged,
        "repeat_contact": [_repeat(repeat) for repeat in row.repeats],
    }


def promises_as_dict(row: Promises) -> dict[str, Any]:
    return {
        "brand": row.brand,
        "cases": row.cases,
        "targets": {kept.target.value: _attainment(kept) for kept in row.targets},
    }


def backlog_as_dict(row: OpenCases) -> dict[str, Any]:
    backlog, oldest = row.backlog, row.backlog.oldest
    return {
        "brand": row.brand,
        "cases": backlog.n,
        "oldest": None
        if oldest is None
        else {
            "case": oldest.id,
            "opened_at": oldest.opened_at.isoformat(),
            "age_seconds": _seconds(backlog.oldest_age),
        },
        "age": _spread(backlog.calendar),
        "age_business": _spread(backlog.business) | {"unmeasured": backlog.n_unmeasured},
    }


def brand_health_as_dict(row: BrandHealth) -> dict[str, Any]:
    return {
        "brand": row.brand,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "accounts": [_account(account) for account in row.accounts],
        "contact": _contact(row.contact),
    }


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        "published": _times(measured.published),
        "ingested": _times(measured.ingested),
        "published_business": _times(measured.published_business),
        "ingested_business": _times(measured.ingested_business),
    }


def _times(times: Times) -> dict[str, Any]:
    """`n` counts the ended, waiting and closed ones; median, p90 and buckets are those of the `ended`."""
    spread = _spread(times.ended)
    return {
        "n": times.n,
        "ended": spread.pop("n"),
        "waiting": times.n_waiting,
        "closed": times.n_closed,
        "unmeasured": times.n_unmeasured,
        **spread,
        "censored_median_seconds": _seconds(times.censored_median),
        "longest_wait_seconds": _seconds(times.longest_wait),
    }


def _spread(spread: Distribution) -> dict[str, Any]:
    return {
        "n": spread.n,
        "median_seconds": _seconds(spread.median),
        "p90_seconds": _seconds(spread.p90),
        "buckets": _buckets(spread.buckets),
    }


def _buckets(buckets: Sequence[Bucket]) -> list[dict[str, Any]]:
    return [
        {"from_seconds": _seconds(bucket.lower), "below_seconds": _seconds(bucket.upper), "count": bucket.count}
        for bucket in buckets
    ]


def _rate(rate: Rate) -> dict[str, Any]:
    return {
        "within_seconds": _seconds(rate.within),
        "n": rate.n,
        "answered": rate.answered,
        "too_young": rate.n_too_young,
        "share": rate.share,
    }


def _repeat(repeat: RepeatContact) -> dict[str, Any]:
    return {
        "within_seconds": _seconds(repeat.window),
        "n": repeat.n,
        "repeats": repeat.repeats,
        "authors": repeat.authors,
        "repeat_authors": repeat.repeat_authors,
        "share": repeat.share,
    }


def _attainment(kept: Attainment) -> dict[str, Any]:
    return {
        "n": kept.n,
        "met": kept.met,
        "missed": kept.missed,
        "overdue": kept.overdue,
        "at_risk": kept.at_risk,
        "running": kept.running,
        "stopped": kept.stopped,
        "share_met": kept.share_met,
    }


def _account(health: AccountHealth) -> dict[str, Any]:
    return {
        "platform": health.account.platform,
        "id": health.account.id,
        "handle": health.account.handle or None,
        "balance": _balance(health.balance) | {"day": health.balance_day} if health.balance else None,
        "trend": _trend(health.trend),
        "posting": _posting(health.posting),
        "self_talk": _self_talk(health.self_talk),
        "silence": _silence(health.silence),
    }


def _balance(balance: Balance) -> dict[str, Any]:
    return {
        "followers": balance.followers,
        "following": balance.following,
        "imbalance": balance.imbalance,
        "alternative": balance.alternative,
        "direction": balance.direction.value,
        "in_band": balance.in_band,
    }


def _trend(trend: BalanceTrend) -> dict[str, Any]:
    return {
        "n": trend.n,
        "missing": [day.isoformat() for day in trend.missing],
        "followers_change": trend.followers_change,
        "imbalance_change": trend.imbalance_change,
        "days": [
            {"day": day.day.isoformat(), "balance": _balance(day.balance) if day.balance else None}
            for day in trend.days
        ],
    }


def _posting(posting: PostingRate) -> dict[str, Any]:
    return {
        "n": posting.n,
        "days": posting.n_days,
        "per_day": posting.per_day,
        "busiest": posting.busiest,
        "p95": posting.p95,
        "cap": posting.cap,
        "over_cap": [day.isoformat() for day in posting.over_cap],
        "over_p95": [day.isoformat() for day in posting.over_p95],
    }


def _self_talk(talk: SelfTalk) -> dict[str, Any]:
    return {
        "n": talk.n,
        "about_self": talk.about_self,
        "share": talk.share,
        "bands": [{"name": band.name, "limit": band.limit, "kept": band.kept} for band in talk.bands],
    }


def _silence(silence: Silence) -> dict[str, Any]:
    return {
        "n": silence.n,
        "last_at": silence.last_at.isoformat() if silence.last_at else None,
        "days": silence.days,
    }


def _contact(contact: Contact) -> dict[str, Any]:
    return {
        "response_rate": _rate(contact.rate),
        "unanswered": contact.n_unanswered,
        "oldest_unanswered_seconds": _seconds(contact.oldest_unanswered),
        "zero_reply_streak_days": contact.zero_reply_streak,
        "longest_zero_reply_streak_days": contact.longest_zero_reply_streak,
    }


def _seconds(amount: timedelta | None) -> float | None:
    return None if amount is None else amount.total_seconds()
