"""Environment and .env → typed settings."""

from pathlib import Path

import pytest

from dispatch.settings import PROJECT, SettingsError, load_settings, parse_dotenv


def test_without_any_variable_every_setting_has_its_default() -> None:
    settings = load_settings({}, None)
    assert settings.server.address == "http://127.0.0.1:8080"
    assert settings.instance.mode == "demo"
    assert settings.database.url == ""
    assert settings.database.data_dir == PROJECT / "var"


def test_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("SERVER_PORT=9001\nCENTRE_ID='da-nang'\n")
    settings = load_settings({"SERVER_PORT": "9002"}, file)
    assert (settings.server.port, settings.instance.centre_id) == (9002, "da-nang")


def test_empty_variable_means_its_default() -> None:
    assert load_settings({"SERVER_PORT": " "}, None).server.port == 8080


def test_relative_path_counts_from_the_project_wherever_it_is_typed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings({"CITY_OSM": "data/city.osm.pbf", "CITY_FACILITIES": "a.csv, /b.json"}, None)
    assert settings.city.osm == PROJECT / "data/city.osm.pbf"
    assert settings.city.facilities == (PROJECT / "a.csv", Path("/b.json"))


def test_keys_move_with_the_data_folder_unless_they_have_their_own() -> None:
    assert load_settings({"DATA_DIR": "/data"}, None).security.keys_dir == Path("/data/keys")
    assert load_settings({"DATA_DIR": "/data", "KEYS_DIR": "/keys"}, None).security.keys_dir == Path("/keys")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SERVER_PORT", "65536"),
        ("SERVER_PORT", "http"),
        ("INSTANCE_MODE", "prod"),
        ("CENTRE_ID", "hồ chí minh"),
    ],
)
def test_value_that_cannot_be_understood_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(SettingsError, match=name):
        load_settings({name: value}, None)


def test_dotenv_keeps_equals_signs_and_drops_comments_and_quotes() -> None:
    assert parse_dotenv('# no\n\nA=b=c\n B = "x y" \n') == {"A": "b=c", "B": "x y"}


def test_dotenv_line_without_a_name_is_refused_with_its_number() -> None:
    with pytest.raises(SettingsError, match=r"\.env:2"):
        parse_dotenv("A=1\nrubbish\n")
