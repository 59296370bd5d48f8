"""What every test may ask for: a real PostgreSQL with PostGIS, its own migrated database, the city's data.

One private cluster serves every worker of every run that is under way; it starts with the first and stops
with the last. Durability is on, as the centre demands.
"""

import hashlib
import importlib
import importlib.util
import itertools
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from dispatch.host.cluster import PrivateCluster, create_database, drop_database
from dispatch.host.locks import exclusive
from dispatch.settings import PROJECT

EXTENSIONS = ("postgis", "pg_trgm", "unaccent")
_PREFIX = "test_"


@pytest.fixture(scope="session")
def run_name() -> str:
    """Names this run of the suite, the same in all its workers."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    return hashlib.sha256(run.encode()).hexdigest()[:8]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """A folder all workers and runs of this project share; lock what you make in it."""
    name = hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"dispatch-tests-{os.geteuid()}-{name}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def cluster(shared_dir: Path) -> Iterator[PrivateCluster]:
    """The cluster of the tests, running."""
    cluster = PrivateCluster(shared_dir / "postgres")
    with exclusive(shared_dir / "enter.lock"):
        if cluster.enter():
            _drop_leftovers(cluster)
    try:
        yield cluster
    finally:
        cluster.leave()


@pytest.fixture(scope="session")
def template_database(cluster: PrivateCluster, shared_dir: Path, run_name: str) -> str:
    """Name of this run's migrated database, from which the others are copied; nobody connects to it."""
    name = f"{_PREFIX}{run_name}_template"
    with exclusive(shared_dir / "template.lock"):
        if not _exists(cluster, name):
            _make_template(cluster, name)
    return name


@pytest.fixture(scope="session")
def make_database(cluster: PrivateCluster, run_name: str) -> Callable[[str | None], str]:
    """A function that copies a template, or makes an empty database for None, and gives its address."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    numbers = itertools.count(1)

    def make(template: str | None) -> str:
        name = f"{_PREFIX}{run_name}_{worker}_{next(numbers)}"
        create_database(cluster.dsn("postgres"), name, template)
        return cluster.dsn(name)

    return make


@pytest.fixture
def database_url(
    cluster: PrivateCluster, template_database: str, make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """Address of a migrated database that belongs to this test alone."""
    dsn = make_database(template_database)
    yield dsn
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def empty_database_url(cluster: PrivateCluster, make_database: Callable[[str | None], str]) -> Iterator[str]:
    """Address of a database with nothing in it, not even an extension."""
    dsn = make_database(None)
    yield dsn
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def scratch_postgres() -> Iterator[PrivateCluster]:
    """A running cluster of this test alone, to be killed (`find_pid()`) and revived (`start()`)."""
    # Not under pytest's own temporary folder, where the account that root drops to may not pass.
    with tempfile.TemporaryDirectory(prefix="dispatch-scratch-") as folder:
        Path(folder).chmod(0o755)
        cluster = PrivateCluster(Path(folder) / "pg")
        with cluster.running():
            yield cluster


@pytest.fixture(scope="session")
def hcmc_data() -> Path:
    """Folder of the real data of Ho Chi Minh City: HCMC_DATA, else `../shared/data/hcmc`."""
    folder = Path(os.environ.get("HCMC_DATA") or PROJECT.parent / "shared" / "data" / "hcmc")
    if not (folder / "hcmc_2018.osm.pbf").exists():
        message = f"real data of Ho Chi Minh City not found in {folder}; set HCMC_DATA"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


def _make_template(cluster: PrivateCluster, name: str) -> None:
    unfinished = f"{name}_unfinished"
    admin = cluster.dsn("postgres")
    drop_database(admin, unfinished)
    create_database(admin, unfinished)
    with psycopg.connect(cluster.dsn(unfinished), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}".encode())
    if importlib.util.find_spec("dispatch.store") and importlib.util.find_spec("dispatch.store.migrations"):
        importlib.import_module("dispatch.store.migrations").upgrade(cluster.dsn(unfinished))
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{unfinished}" RENAME TO "{name}"'.encode())


def _exists(cluster: PrivateCluster, name: str) -> bool:
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        return (
            connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None
        )


def _drop_leftovers(cluster: PrivateCluster) -> None:
    """What runs that were killed have left; only safe while nobody else is present."""
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        rows = connection.execute(
            "SELECT datname FROM pg_database WHERE starts_with(datname, %s)", (_PREFIX,)
        )
        names = [str(row[0]) for row in rows]
    for name in names:
        drop_database(cluster.dsn("postgres"), name)
