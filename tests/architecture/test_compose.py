"""`docker compose up` is described by files that no test machine runs: what they say must fit the code."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import yaml
from typer.main import get_command

from dispatch.cli.main import app
from dispatch.settings import PROJECT, list_variables

COMPOSE: dict[str, Any] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text(encoding="utf-8"))
DATABASE, CENTRE = (COMPOSE["services"][name] for name in ("database", "centre"))
DOCKERFILE = (PROJECT / "Dockerfile").read_text(encoding="utf-8")


def mounts(service: dict[str, Any]) -> dict[str, str]:
    """Where in a container → the volume that is there."""
    return {target: volume for volume, _, target in (given.partition(":") for given in service["volumes"])}


def test_the_centre_is_only_given_settings_that_exist() -> None:
    assert CENTRE["environment"].keys() <= list_variables().keys()


def test_the_centre_finds_the_database_by_the_socket_that_the_two_share() -> None:
    address = urlsplit(CENTRE["environment"]["DATABASE_URL"])
    (folder,) = parse_qs(address.query)["host"]
    assert mounts(CENTRE)[folder] == mounts(DATABASE)[folder]
    assert address.username == DATABASE["environment"]["POSTGRES_USER"]
    assert address.path == "/" + DATABASE["environment"]["POSTGRES_DB"]


def test_the_database_is_the_official_image_listens_on_no_network_and_keeps_what_it_says() -> None:
    image = re.fullmatch(r"postgis/postgis:(\d+)-[\d.]+", DATABASE["image"])
    assert image is not None
    assert int(image[1]) >= 15
    assert "ports" not in DATABASE
    assert DATABASE["network_mode"] == "none"
    assert "listen_addresses=" in DATABASE["command"]
    assert not re.search("fsync|full_page_writes|synchronous_commit", " ".join(DATABASE["command"]))


def test_what_must_outlive_the_containers_lies_in_volumes() -> None:
    assert {*mounts(CENTRE).values(), *mounts(DATABASE).values()} == COMPOSE["volumes"].keys()
    workdir = re.findall(r"^WORKDIR (\S+)$", DOCKERFILE, re.MULTILINE)[-1]
    assert f"{workdir}/{CENTRE['environment']['DATA_DIR']}" in mounts(CENTRE)


def test_the_image_is_made_of_files_that_exist_and_holds_no_settings() -> None:
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE):
        assert all((PROJECT / name).exists() for name in copied.split()), copied
    ignored = (PROJECT / ".dockerignore").read_text(encoding="utf-8").split()
    assert {".env", "var", ".git", ".venv"} <= set(ignored)


def test_the_container_runs_a_command_of_the_centre() -> None:
    command = re.search(r'^CMD \["dispatch", "([a-z]+)"\]$', DOCKERFILE, re.MULTILINE)
    assert command is not None
    assert command[1] in get_command(app).commands
