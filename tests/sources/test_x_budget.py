import re
import threading
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.errors import BudgetExhausted
from monitor.sources.x_budget import DailyBudget, MemoryLedger, Prices, Spending
from tests.fakex.scene import NOON

TODAY = NOON.date()
MIDNIGHT = datetime(2026, 11, 23, tzinfo=UTC)


def test_without_limits_there_is_always_room():
    budget = DailyBudget(MemoryLedger())
    for _ in range(3):
        budget.spend(NOON, 1000.0)
    assert budget.room(NOON, unit=0.005, most=100) == 100


def test_requests_run_out_until_midnight_utc():
    budget = DailyBudget(MemoryLedger(), requests=2)
    budget.spend(NOON, 0.0)
    assert budget.room(NOON, unit=0.005, most=100) == 100
    budget.spend(NOON, 0.0)
    with pytest.raises(BudgetExhausted) as exhausted:
        budget.room(NOON, unit=0.005, most=100)
    assert exhausted.value.retry_at == MIDNIGHT
    assert budget.room(MIDNIGHT, unit=0.005, most=100) == 100


def test_a_page_shrinks_to_what_the_money_still_pays():
    budget = DailyBudget(MemoryLedger(), money=1.0)
    budget.spend(NOON, 0.85)
    assert budget.room(NOON, unit=0.015, most=100, least=5) == 10


def test_money_runs_out_before_the_smallest_page_would_pass_the_limit():
    budget = DailyBudget(MemoryLedger(), money=1.0)
    budget.spend(NOON, 0.96)
    with pytest.raises(BudgetExhausted, match=r"\$1\.00") as exhausted:
        budget.room(NOON, unit=0.015, most=100, least=5)
    assert exhausted.value.retry_at == MIDNIGHT


def test_what_is_free_fits_into_any_budget():
    budget = DailyBudget(MemoryLedger(), money=0.0)
    assert budget.room(NOON, unit=0.0, most=100) == 100


def test_the_day_is_utc_whatever_the_zone_of_the_clock():
    budget = DailyBudget(ledger := MemoryLedger())
    from_riga = datetime.fromisoformat("2026-11-23T01:30:00+02:00")
    budget.spend(from_riga, 0.5)
    assert ledger.spent(date(2026, 11, 22)) == Spending(date(2026, 11, 22), requests=1, money=0.5)


def test_a_new_budget_on_the_same_ledger_goes_on_where_the_old_one_stopped():
    ledger = MemoryLedger()
    DailyBudget(ledger, requests=1).spend(NOON, 0.2)
    with pytest.raises(BudgetExhausted):
        DailyBudget(ledger, requests=1).room(NOON, unit=0.005, most=100)


def test_x_bills_a_resource_once_a_day():
    budget = DailyBudget(MemoryLedger())
    assert budget.unbilled(NOON, ["post 1", "post 2"]) == 2
    assert budget.unbilled(NOON, ["post 2", "post 3", "post 3"]) == 1
    assert budget.unbilled(NOON + timedelta(days=1), ["post 2"]) == 1


@given(st.lists(st.integers(1, 100), max_size=60), st.floats(0.0, 3.0))
def test_the_limit_is_never_passed(pages, limit):
    ledger = MemoryLedger()
    budget = DailyBudget(ledger, money=limit)
    for wanted in pages:
        try:
            budget.spend(NOON, 0.015 * budget.room(NOON, unit=0.015, most=wanted))
        except BudgetExhausted:
            break
    assert ledger.spent(TODAY).money <= limit + 1e-4


def test_spending_adds_up_across_threads():
    ledger = MemoryLedger()
    budget = DailyBudget(ledger)
    threads = [threading.Thread(target=lambda: [budget.spend(NOON, 0.01) for _ in range(200)]) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.spent(TODAY).requests == 800
    assert ledger.spent(TODAY).money == pytest.approx(8.0)


def test_the_operator_s_page_has_the_prices_that_we_reckon_with():
    page = (Path(__file__).parents[2] / "docs" / "x.md").read_text(encoding="utf-8")
    listed = {name: float(price) for name, price in re.findall(r"^\| `(\w+)` \| ([0-9.]+) \|", page, re.MULTILINE)}
    assert listed == asdict(Prices())
