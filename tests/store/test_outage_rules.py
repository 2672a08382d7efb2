"""When something that failed is tried again, by whom, and what the log says of it."""

import threading

import pytest

from toppicks.errors import StoreAway
from toppicks.store.outages import RETRY_AFTER, RETRY_SECONDS, Outage


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_all_pass_while_all_is_well(caplog: pytest.LogCaptureFixture) -> None:
    outage = Outage("it")
    with outage.trial(), outage.trial():
        pass
    assert outage.reason is None
    assert caplog.text == ""


def test_during_an_outage_one_tries_now_and_then_and_the_rest_fail_at_once() -> None:
    clock = Clock()
    outage = Outage("it", clock)
    assert outage.begin("gone").retry_after == RETRY_AFTER
    with pytest.raises(StoreAway, match="gone"), outage.trial():
        raise AssertionError("too early")
    clock.now += RETRY_SECONDS
    with pytest.raises(StoreAway), outage.trial():  # noqa: PT012
        others: list[str] = []

        def other() -> None:
            try:
                with outage.trial():
                    others.append("let through")
            except StoreAway:
                others.append("refused")

        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        assert others == ["refused"]
        raise outage.begin("still gone")
    with pytest.raises(StoreAway, match="still gone"), outage.trial():
        raise AssertionError("too early")
    clock.now += RETRY_SECONDS
    with outage.trial():
        pass
    assert outage.reason is None


def test_a_mistake_of_the_callers_ends_the_try_and_not_the_outage() -> None:
    clock = Clock()
    outage = Outage("it", clock)
    outage.begin("gone")
    clock.now += RETRY_SECONDS
    with pytest.raises(ValueError, match="mine"), outage.trial():
        raise ValueError("mine")
    assert outage.reason == "gone"
    with outage.trial():
        pass
    assert outage.reason is None


def test_the_log_tells_the_beginning_and_the_end_once_each(
    caplog: pytest.LogCaptureFixture,
) -> None:
    clock = Clock()
    outage = Outage("it", clock)
    for _ in range(3):
        outage.begin("gone")
        clock.now += RETRY_SECONDS
    for _ in range(3):
        with outage.trial():
            pass
    assert [record.getMessage() for record in caplog.records] == ["it: away: gone", "it: back"]
