"""Settings: read from the environment and the secrets file, refused with a sentence, secrets kept out of sight."""

import re
from pathlib import Path

import pytest

from wirelane_geo.errors import BadSetting
from wirelane_geo.settings import HOSTS, SETTINGS, Setting, load

ACCOUNT = {
    "WIRELANE_ENVIRONMENT": "staging",
    "WIRELANE_ORGANIZATION": "demo",
    "WIRELANE_CLIENT_ID": "id",
    "WIRELANE_CLIENT_SECRET": "hush-secret",
    "WIRELANE_PASSWORD": "hush-password",
}

NUMBERS = {f"WIRELANE_GEO_{name}" for name in (
    "CACHE_MB", "CACHE_SECONDS", "DEMO_STATIONS", "REFRESH_SECONDS", "HISTORY_DAYS", "PAGES", "PAGES_PER_ADDRESS",
    "REQUESTS_PER_ADDRESS", "IDLE_MINUTES")} | {"STREAMLIT_SERVER_PORT"}


@pytest.fixture
def no_secrets(tmp_path: Path) -> Path:
    return tmp_path / "secrets.toml"


def test_nothing_set_is_the_embedded_network(no_secrets: Path) -> None:
    settings = load({}, no_secrets)
    assert settings.embedded
    assert settings.host == "localhost"


@pytest.mark.parametrize(("dialect", "environment"), HOSTS)
def test_an_environment_brings_its_hosts(dialect: str, environment: str, no_secrets: Path) -> None:
    settings = load({**ACCOUNT, "WIRELANE_ENVIRONMENT": environment, "WIRELANE_API_DIALECT": dialect}, no_secrets)
    assert (settings.api_url, settings.token_url) == HOSTS[dialect, environment]


@pytest.mark.parametrize(("environment", "dialect"), [("embedded", "2023"), ("staging", "2026"), ("production", "2026")])
def test_an_environment_speaks_the_dialect_of_its_time_unless_another_is_set(
    environment: str, dialect: str, no_secrets: Path
) -> None:
    account = {**ACCOUNT, "WIRELANE_ENVIRONMENT": environment}
    assert load(account, no_secrets).dialect == dialect
    for other in ("2023", "2026"):
        assert load({**account, "WIRELANE_API_DIALECT": other}, no_secrets).dialect == other


def test_a_url_of_ones_own_wins(no_secrets: Path) -> None:
    settings = load({**ACCOUNT, "WIRELANE_API_URL": "http://localhost:1/api/"}, no_secrets)
    assert settings.api_url == "http://localhost:1/api"
    assert settings.token_url == HOSTS["2026", "staging"][1]


def test_the_environment_wins_over_the_secrets_file(no_secrets: Path) -> None:
    no_secrets.write_text('WIRELANE_ORGANIZATION = "from-file"\nWIRELANE_GEO_BASEMAP = "none"\n')
    settings = load({"WIRELANE_ORGANIZATION": "from-environment"}, no_secrets)
    assert (settings.organization, settings.basemap) == ("from-environment", "none")


@pytest.mark.parametrize(
    ("variable", "value", "says"),
    [
        ("WIRELANE_ENVIRONMENT", "prod", "embedded"),
        ("WIRELANE_API_URL", "api.wirelane.com", "https://"),
        ("WIRELANE_GEO_BASEMAP", "google", "carto"),
        ("WIRELANE_GEO_CACHE_MB", "-1", "1 to 1,048,576"),
        ("WIRELANE_GEO_DEMO_STATIONS", "1e9", "a whole number, 1 to 1,000,000"),
        ("WIRELANE_GEO_DEMO_STATIONS", "0.5", "a whole number, 1 to 1,000,000"),
        ("WIRELANE_GEO_HISTORY_DAYS", "1e9", "1 to 3,650"),
        ("WIRELANE_GEO_CACHE_SECONDS", "nan", "a number"),
        ("WIRELANE_GEO_PAGES", "1_0", "a number"),
        ("WIRELANE_GEO_PAGES", "2.5", "a whole number"),
        ("STREAMLIT_SERVER_PORT", "http", "port"),
        ("STREAMLIT_SERVER_PORT", "70000", "0 to 65,535"),
        ("WIRELANE_GEO_CALLBACKS", "https://example.com/hook,example.org", "commas"),
    ],
)
def test_what_cannot_be_used_is_named_with_what_would_be_right(
    variable: str, value: str, says: str, no_secrets: Path
) -> None:
    with pytest.raises(BadSetting, match=variable) as caught:
        load({variable: value}, no_secrets)
    assert value in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize("setting", [one for one in SETTINGS if one.variable in NUMBERS], ids=lambda one: one.variable)
def test_a_number_has_bounds_that_are_said(setting: Setting, no_secrets: Path) -> None:
    found = re.search(r", ([0-9.,]*[0-9]) to ([0-9.,]*[0-9])[ ;]", setting.meaning)
    assert found is not None
    least, most = (float(text.replace(",", "")) for text in found.groups())
    for text in (f"{least:g}", f"{most:.0f}"):
        load({setting.variable: text}, no_secrets)
    for text in (f"{least - 0.001:g}", f"{most + 1:.0f}", "1e300", "-1e300"):
        with pytest.raises(BadSetting, match=setting.variable) as caught:
            load({setting.variable: text}, no_secrets)
        assert f"{found[1]} to {found[2]}" in str(caught.value).split("It is ")[0]


def test_every_number_is_among_them(no_secrets: Path) -> None:
    read = load({}, no_secrets)
    assert {setting.variable for setting in SETTINGS if type(getattr(read, setting.name)) in (int, float)} == NUMBERS


def test_callbacks_are_urls_between_commas(no_secrets: Path) -> None:
    settings = load({"WIRELANE_GEO_CALLBACKS": " https://example.com/hook/ , http://localhost:1,"}, no_secrets)
    assert settings.callbacks == ("https://example.com/hook/", "http://localhost:1")
    assert "hook" not in repr(settings)


def test_an_incomplete_account_names_what_is_missing(no_secrets: Path) -> None:
    with pytest.raises(BadSetting, match="WIRELANE_CLIENT_SECRET") as caught:
        load({key: value for key, value in ACCOUNT.items() if key != "WIRELANE_CLIENT_SECRET"}, no_secrets)
    assert "WIRELANE_CLIENT_ID" not in str(caught.value)


def test_a_broken_secrets_file_is_named(no_secrets: Path) -> None:
    no_secrets.write_text("WIRELANE_CLIENT_SECRET = hush-secret")
    with pytest.raises(BadSetting, match=r"secrets\.toml") as caught:
        load({}, no_secrets)
    assert "hush" not in str(caught.value)


def test_secrets_are_not_in_the_repr(no_secrets: Path) -> None:
    assert "hush" not in repr(load(ACCOUNT, no_secrets))


def test_every_setting_is_in_the_readme() -> None:
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    for setting in SETTINGS:
        assert f"| `{setting.variable}` | {setting.meaning} |" in readme
