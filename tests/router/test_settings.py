"""Settings: their order, and what stops a start."""

import pytest

from router.settings import SECRETS, Settings, SettingsError, load


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty directory and no variables of the developer's own."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(f"SHIPFROM_{name}".upper(), raising=False)


def written(text):
    with open("shipfrom.toml", "w") as file:
        file.write(text)


def test_defaults_serve_a_developer_on_loopback():
    settings = load()
    assert (settings.host, settings.port) == ("127.0.0.1", 7350)
    assert (settings.http_port, settings.metrics_port) == (8350, 9350)
    assert settings.on_sqlite


def test_flags_beat_the_environment_which_beats_the_file(monkeypatch):
    written('port = 1001\nworkers = 1\ncurrency = "EUR"')
    monkeypatch.setenv("SHIPFROM_PORT", "1002")
    monkeypatch.setenv("SHIPFROM_CALLS_MAX", "7")
    settings = load({"port": 1003, "calls_max": None})
    assert (settings.port, settings.calls_max, settings.currency) == (1003, 7, "EUR")


def test_one_port_moves_all_three_and_zero_picks_free_ones():
    moved = load({"port": 100})
    assert (moved.http_port, moved.metrics_port) == (1100, 2100)
    free = load({"port": 0})
    assert (free.http_port, free.metrics_port) == (0, 0)


@pytest.mark.parametrize("origin", ["file", "environment", "flags"])
def test_an_unknown_key_stops_the_start_with_the_nearest_known(origin, monkeypatch):
    flags = {}
    if origin == "file":
        written("prot = 7350")
    elif origin == "environment":
        monkeypatch.setenv("SHIPFROM_PROT", "7350")
    else:
        flags = {"prot": 7350}
    with pytest.raises(SettingsError, match=r"'prot'.*Did you mean 'port'"):
        load(flags)


def test_a_wrong_value_names_where_it_was_said(monkeypatch):
    written("port = 7350")
    monkeypatch.setenv("SHIPFROM_WORKERS", "many")
    with pytest.raises(SettingsError, match=r"environment: workers: .*integer"):
        load()


def test_variables_of_the_client_are_none_of_the_servers_business(monkeypatch):
    monkeypatch.setenv("SHIPFROM_ADDRESS", "localhost:7350")
    assert load().port == 7350


def test_a_named_file_must_exist(tmp_path):
    with pytest.raises(SettingsError, match="no such file"):
        load(config_file=tmp_path / "other.toml")


def test_a_broken_file_is_refused():
    written("port = = 1")
    with pytest.raises(SettingsError, match=r"shipfrom\.toml"):
        load()


@pytest.mark.parametrize(
    ("flags", "why"),
    [
        ({"workers": 2}, "SQLite"),
        ({"host": "0.0.0.0"}, "not loopback"),
        ({"host": "shop.example"}, "not loopback"),
        ({"tls_cert_file": "a.pem"}, "come together"),
        (
            {"front": "native", "tls_cert_file": "a.pem", "tls_key_file": "b.pem"},
            "native front has no TLS",
        ),
        (
            {"host": "0.0.0.0", "tls_cert_file": "a.pem", "tls_key_file": "b.pem"},
            "tls_client_ca_file",
        ),
        ({"currency": "dollars"}, "ISO 4217"),
        ({"front": "fast"}, "native"),
        ({"port": 65_000}, "less than or equal"),
    ],
)
def test_settings_that_do_not_fit_together_are_refused_with_the_reason(flags, why):
    with pytest.raises(SettingsError, match=why):
        load(flags)


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_loopback_needs_no_tls(host):
    assert load({"host": host}).host == host


def test_a_secret_may_come_from_a_file_and_is_never_shown(tmp_path, monkeypatch):
    secret = tmp_path / "url"
    secret.write_text("postgresql+psycopg://shop:hunter2@db/stock\n")
    monkeypatch.setenv("SHIPFROM_LEDGER_URL_FILE", str(secret))
    settings = load()
    assert settings.ledger_url.endswith("hunter2@db/stock")
    assert "hunter2" not in str(settings.described())
    assert set(SECRETS) <= settings.described().keys()


def test_every_setting_says_what_it_is_for():
    assert all(field.description for field in Settings.model_fields.values())
