"""Figures: what a scrape shows is what was counted."""

from prometheus_client.parser import text_string_to_metric_families

from router.metrics import BOUNDS_S, ProcessFigures, exposition


def samples(figures):
    text = exposition(figures).decode()
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_durations_become_a_cumulative_histogram():
    figures = ProcessFigures()
    method = figures.of("a/B")
    for seconds in (0.0001, 0.0009, 0.0009, 99.0):
        method.observe(seconds)
    found = samples(figures)
    name = "rpc_server_call_duration_seconds"
    assert found[name + "_bucket", "0.0005", "a/B"] == 1
    assert found[name + "_bucket", "0.001", "a/B"] == 3
    assert found[name + "_bucket", str(float(BOUNDS_S[-1])), "a/B"] == 3
    assert found[name + "_bucket", "+Inf", "a/B"] == 4
    assert found[name + "_count", "a/B"] == 4


def test_failures_are_counted_by_code_and_reason():
    figures = ProcessFigures()
    for _ in range(2):
        figures.of("a/B").observe_failure("ABORTED", "QUOTE_STALE")
    found = samples(figures)
    key = ("rpc_server_call_failures_total", "ABORTED", "QUOTE_STALE", "a/B")
    assert found[key] == 2


def test_the_worst_lag_is_shown_once():
    figures = ProcessFigures()
    figures.observe_loop_lag(0.5)
    figures.observe_loop_lag(0.1)
    assert samples(figures)[("shipfrom_loop_lag_seconds",)] == 0.5
    assert samples(figures)[("shipfrom_loop_lag_seconds",)] == 0.0
