"""Reports as the terminal shows them: every figure with its n, durations as they are said, and a dash for nothing.

A day of working time is no day, so business time is told in hours.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from monitor.cli.moments import in_words
from monitor.domain import account_health
from monitor.domain.account_health import Balance, BalanceTrend, Contact, PostingRate, Silence
from monitor.domain.metrics import Bucket
from monitor.domain.response import Clock, Rate, Times
from monitor.domain.self_talk import SelfTalk
from monitor.services.account_report import AccountHealth, BrandHealth
from monitor.services.report import Measured, OpenCases, Promises, ResponseTimes, Scope

NOTHING = "–"

_CLOCKS = {Clock.PUBLISHED: "as published (the platform's clock)", Clock.INGESTED: "as ingested (our clock)"}


def span_in_words(scope: Scope, now: datetime) -> str:
    """What a report is about, for people."""
    since = f"from {_moment(scope.since)}" if scope.since else "from the beginning"
    until = f"until {_moment(scope.until)}" if scope.until else f"until now ({_moment(now)})"
    return f"{since} {until}, UTC" + (f", in language {scope.lang}" if scope.lang else "")


def response_tables(
    rows: Sequence[ResponseTimes], scope: Scope, now: datetime, *, clock: Clock, business: bool
) -> Iterator[RenderableType]:
    """How long things took on one clock, then how many posts were answered in time and how many customers came back."""
    kind = "business time" if business else "calendar time"
    yield Text(f"Response times {_CLOCKS[clock]}, in {kind}; {span_in_words(scope, now)}", style="bold")
    yield Text("n have ended and make median and p90; missing have no answer (or resolution) so far.", style="dim")
    table = _table("", "n", "median", "p90", "missing", "longest wait")
    for row in rows:
        table.add_row(Text(row.brand, style="bold"))
        measured = {"first response": row.first, "next response": row.next, "resolution": row.resolution}
        for what, clocks in measured.items():
            table.add_row(f"  {what}", *_times(_on(clocks, clock, business), business))
        pairs = (f"{row.pairs.n:,}", _said(row.pairs.median), _said(row.pairs.p90), f"{row.posts - row.pairs.n:,}")
        table.add_row("  each post", *pairs, NOTHING)
    yield table
    yield Text("\nPosts that need an answer and got one in time, and customers who came back", style="bold")
    rates = _table("brand", *(f"in {_hours(rate.within)}" for rate in rows[0].rates), *_repeat_heads(rows[0]))
    for row in rows:
        shares = [_share(repeat.share, repeat.n) for repeat in row.repeats]
        rates.add_row(row.brand, *map(_rate, row.rates), *shares)
    yield rates
    yield Text('"each post" is as published, in calendar time; so are the shares.', style="dim")


def sla_table(rows: Sequence[Promises], scope: Scope, now: datetime) -> Iterator[RenderableType]:
    yield Text(f"Promises, in business time; cases opened {span_in_words(scope, now)}", style="bold")
    yield Text("share: met of met + missed; overdue ones are missed already.", style="dim")
    table = _table("", "n", "share", "met", "missed", "overdue", "at risk", "running", "stopped")
    for row in rows:
        table.add_row(Text(row.brand, style="bold"))
        for kept in row.targets:
            counts = (kept.met, kept.missed, kept.overdue, kept.at_risk, kept.running, kept.stopped)
            name = kept.target.value.replace("_", " ")
            table.add_row(f"  {name}", f"{kept.n:,}", _percent(kept.share_met), *(f"{count:,}" for count in counts))
    yield table


def backlog_tables(rows: Sequence[OpenCases], scope: Scope, now: datetime) -> Iterator[RenderableType]:
    """How old open cases are, and how many are of which age."""
    yield Text(f"Cases that are not closed, by calendar age; opened {span_in_words(scope, now)}", style="bold")
    ages = _table("brand", "n", "median", "p90", "oldest")
    counts = _table("brand", *(_bucket_head(bucket) for bucket in rows[0].backlog.calendar.buckets))
    for row in rows:
        spread, oldest = row.backlog.calendar, row.backlog.oldest
        eldest = f"{_said(row.backlog.oldest_age)} (case {oldest.id})" if oldest else NOTHING
        ages.add_row(row.brand, f"{spread.n:,}", _said(spread.median), _said(spread.p90), eldest)
        counts.add_row(row.brand, *(f"{bucket.count:,}" for bucket in spread.buckets))
    yield ages
    yield Text("\nHow many of which age", style="bold")
    yield counts


def account_tables(rows: Sequence[BrandHealth], now: datetime) -> Iterator[RenderableType]:
    """A block per brand, and below all of them what each figure can tell."""
    for row in rows:
        yield Text(f"{row.brand}: {_moment(row.since)} until {_moment(row.until)}, UTC", style="bold")
        table = Table(box=None, pad_edge=False, header_style="bold")
        for head in ("account", "figure", "value", "n"):
            table.add_column(head, overflow="fold", no_wrap=head == "figure")
        for health in row.accounts:
            for number, (figure, value, n) in enumerate(_account(health, now)):
                table.add_row(_name(health) if number == 0 else "", figure, value, n)
        table.add_row("(brand)", "contact", *_contact(row.contact))
        yield table
        yield Text("")
    meanings = {
        "balance": Balance.MEANING,
        "trend": BalanceTrend.MEANING,
        "posting": PostingRate.MEANING,
        "self-talk": SelfTalk.MEANING,
        "silence": Silence.MEANING,
        "contact": Contact.MEANING,
    }
    for figure, meaning in meanings.items():
        yield Text(f"{figure}: {meaning}", style="dim")


def _account(health: AccountHealth, now: datetime) -> Iterator[tuple[str, str, str]]:
    posting, trend, silence = health.posting, health.trend, health.silence
    yield "balance", _balance(health.balance), f"snapshot of {health.balance_day}" if health.balance_day else NOTHING
    yield "trend", _trend(trend), f"{trend.n} of {len(trend.days)} days"
    yield "posting", _posting(posting), f"{posting.n:,} posts, {posting.n_days} days"
    yield "self-talk", _self_talk(health.self_talk), f"{health.self_talk.n:,} originals"
    said = f"{in_words(now - silence.last_at)} since the last post" if silence.last_at else "nothing was ever seen"
    yield "silence", said, f"{silence.n:,} posts"


def _balance(balance: Balance | None) -> str:
    if balance is None:
        return "no snapshot yet"
    counts = f"{_count(balance.followers)} followers, {_count(balance.following)} following"
    if balance.imbalance is None:
        return counts
    band = f"{'within' if balance.in_band else 'outside'} the {100 // account_health.BAND} % band"
    return f"{counts}: {_percent(balance.imbalance)} apart, {band}"


def _trend(trend: BalanceTrend) -> str:
    if trend.n == 0:
        return NOTHING
    change = NOTHING if trend.followers_change is None else f"{trend.followers_change:+,} followers"
    apart = "" if trend.imbalance_change is None else f", {trend.imbalance_change * 100:+.1f} points of imbalance"
    return f"{change}{apart}{_days('; no count on', trend.missing)}"


def _posting(posting: PostingRate) -> str:
    words = f"{posting.per_day:.1f} a day, {posting.busiest} on the busiest"
    if posting.cap is not None:
        over = f"; over the cap of {posting.cap} on"
        words += _days(over, posting.over_cap) or f"; never over the cap of {posting.cap}"
    habit = f"; over its 95th percentile of {posting.p95:.1f} on" if posting.p95 is not None else ""
    return words + _days(habit, posting.over_p95)


def _self_talk(talk: SelfTalk) -> str:
    if talk.share is None:
        return NOTHING
    bands = ", ".join(f"{band.name} {'kept' if band.kept else 'passed'}" for band in talk.bands)
    return f"{_percent(talk.share)} about itself ({bands})"


def _contact(contact: Contact) -> tuple[str, str]:
    rate = contact.rate
    words = f"{_percent(rate.share)} answered in {_hours(rate.within)}"
    if contact.oldest_unanswered is not None:
        words += f"; {contact.n_unanswered:,} unanswered, the oldest for {in_words(contact.oldest_unanswered)}"
    streak, longest = contact.zero_reply_streak, contact.longest_zero_reply_streak
    words += f"; days in a row without any reply: {streak} now, {longest} at most"
    return words, f"{rate.n:,} posts, {rate.n_too_young:,} too young"


def _days(words: str, days: Sequence[date]) -> str:
    """The words and the days they are about; a long list is cut. Nothing without days."""
    if not words or not days:
        return ""
    shown = ", ".join(day.isoformat() for day in days[:3])
    return f"{words} {shown}" + (f" and {len(days) - 3} more" if len(days) > 3 else "")


def _name(health: AccountHealth) -> str:
    account = health.account
    return f"{account.platform} {'@' + account.handle if account.handle else account.id}"


def _on(measured: Measured, clock: Clock, business: bool) -> Times:
    if clock is Clock.INGESTED:
        return measured.ingested_business if business else measured.ingested
    return measured.published_business if business else measured.published


def _times(times: Times, business: bool) -> tuple[str, ...]:
    ended = times.ended
    durations = [_said(amount, business) for amount in (ended.median, ended.p90, times.longest_wait)]
    return f"{ended.n:,}", durations[0], durations[1], f"{times.n_waiting + times.n_closed:,}", durations[2]


def _table(first: str, *heads: str) -> Table:
    """Words in the first column, figures to the right; a figure is never cut or folded."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(first, no_wrap=True)
    for head in heads:
        table.add_column(head, justify="right", no_wrap=True)
    return table


def _repeat_heads(row: ResponseTimes) -> Iterable[str]:
    return (f"back in {repeat.window.days} d" for repeat in row.repeats)


def _rate(rate: Rate) -> str:
    return _share(rate.share, rate.n)


def _share(share: float | None, n: int) -> str:
    return f"{_percent(share)} of {n:,}" if n else NOTHING


def _percent(share: float | None) -> str:
    return NOTHING if share is None else f"{share * 100:.0f} %"


def _count(count: int | None) -> str:
    return "?" if count is None else f"{count:,}"


def _said(amount: timedelta | None, business: bool = False) -> str:
    if amount is None:
        return NOTHING
    if business and amount >= timedelta(days=1):
        return f"{amount / timedelta(hours=1):,.0f} h"
    return in_words(amount)


def _hours(amount: timedelta) -> str:
    return f"{amount / timedelta(hours=1):.0f} h"


def _bucket_head(bucket: Bucket) -> str:
    unit, name = (timedelta(days=1), "d") if bucket.lower >= timedelta(days=1) else (timedelta(hours=1), "h")
    upper = f"–{bucket.upper / unit:.0f} {name}" if bucket.upper else f" {name}+"
    return f"{bucket.lower / unit:.0f}{upper}"


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"
