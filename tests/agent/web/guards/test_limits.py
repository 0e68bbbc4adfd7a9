"""Limits: requests in a minute, tokens in a day, over all processes."""

import pytest
from tastemaker.agent.web.guards.keys import Caller, Key
from tastemaker.agent.web.guards.limits import (
    FRESH_SECONDS,
    LOGINS_PER_MINUTE,
    MOST_NAMES,
    Buckets,
    Limits,
    Shares,
)
from tastemaker.errors import LimitError, OverloadedError, StorageError
from tastemaker.settings import ServeSettings

DAY = 86_400
ACME = Key(id="k1", tenant="acme", hash="", created=0)
OTHER = Key(id="k2", tenant="acme", hash="", created=0)


class Time:
    """A clock that is turned by hand; noon at first."""

    def __init__(self) -> None:
        self.now = 20_000 * DAY + DAY / 2

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def make_limits(store, clock):
    """`make_limits(tokens_per_day=…)`: the limits of one more process."""

    def make(**settings):
        return Limits(ServeSettings(**settings), lambda: store, clock=clock, now=clock)

    return make


def test_requests_of_one_key_do_not_cost_another_any(make_limits, clock) -> None:
    limits = make_limits(requests_per_minute=6)
    for _ in range(6):
        limits.admit(ACME)
    with pytest.raises(LimitError) as refused:
        limits.admit(ACME)
    assert 0 < refused.value.seconds <= 10
    limits.admit(OTHER)
    clock.now += refused.value.seconds
    limits.admit(ACME)
    with pytest.raises(LimitError):
        limits.admit(ACME)


def test_a_key_has_limits_of_its_own(make_limits, clock) -> None:
    limits = make_limits(requests_per_minute=60, tokens_per_day=1_000)
    key = ACME.model_copy(update={"requests_per_minute": 1, "tokens_per_day": 10})
    limits.admit(key)
    with pytest.raises(LimitError, match="requests"):
        limits.admit(key)
    limits.spend(ACME.id, 10)
    clock.now += 60
    with pytest.raises(LimitError, match="tokens"):
        limits.admit(key)


def test_processes_share_a_budget_until_midnight(make_limits, clock, store) -> None:
    one, two = make_limits(tokens_per_day=100), make_limits(tokens_per_day=100)
    assert two.spent(ACME.id) == 0
    for _ in range(3):
        one.spend(ACME.id, 20)
        two.spend(ACME.id, 15)
    clock.now += FRESH_SECONDS
    assert one.spent(ACME.id) == two.spent(ACME.id) == 105
    for limits in (one, two):
        with pytest.raises(LimitError) as refused:
            limits.admit(ACME)
        assert refused.value.seconds == pytest.approx(DAY / 2, abs=FRESH_SECONDS)
        limits.admit(OTHER)
    clock.now += refused.value.seconds
    assert one.spent(ACME.id) == 0
    one.admit(ACME)
    assert store.search(("spent",)) == [], "yesterday's sums are forgotten"


def test_what_was_spent_outlives_the_process(make_limits) -> None:
    make_limits().spend(ACME.id, 42)
    assert make_limits().spent(ACME.id) == 42


def test_a_database_that_cannot_be_written_stops_nobody(make_limits, store, clock) -> None:
    make_limits().spend(ACME.id, 30)
    store.conn.execute("PRAGMA query_only=ON")
    clock.now += DAY
    limits = make_limits(tokens_per_day=50)
    limits.admit(ACME)
    with pytest.raises(StorageError):
        limits.spend(ACME.id, 60)
    with pytest.raises(LimitError):
        limits.admit(ACME)


def test_attempts_to_sign_in(make_limits, clock) -> None:
    limits = make_limits()
    for _ in range(LOGINS_PER_MINUTE):
        limits.log_in("192.0.2.1")
    with pytest.raises(LimitError):
        limits.log_in("192.0.2.1")
    limits.log_in("192.0.2.2")
    clock.now += 60
    limits.log_in("192.0.2.1")


def test_names_that_anybody_may_draw_fill_no_memory() -> None:
    buckets = Buckets()
    for n in range(MOST_NAMES + 10):
        buckets.take(str(n), 1)
    assert buckets.take("0", 1) == 0.0, "forgotten"
    assert buckets.take(str(MOST_NAMES + 9), 1) > 0.0


def test_one_tenant_leaves_half_of_the_places_to_others() -> None:
    shares = Shares(5)
    acme, shop = Caller(tenant="acme", key="a"), Caller(tenant="shop", key="b")
    for caller in (acme, Caller(tenant="acme", key="a2"), shop, shop):
        shares.take(caller)
    with pytest.raises(OverloadedError, match="2 requests of yours"):
        shares.take(acme)
    shares.give(acme)
    shares.take(acme)
    for _ in range(9):
        shares.take(Caller())
    Shares(1).take(acme)
