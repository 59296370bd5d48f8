"""What every test may ask for: a real PostgreSQL with PostGIS, its own migrated database, the city's data.

One private cluster serves every worker of every run that is under way; it starts with the first and stops
with the last. Durability is on, as the centre demands.
"""

import hashlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings

from dispatch.client.link import Link
from dispatch.host.cluster import PrivateCluster, create_database, drop_database, rename_database
from dispatch.host.locks import exclusive
from dispatch.settings import PROJECT
from dispatch.store.migrations import upgrade
from gis.city import CityPack, build_city, open_city
from gis.importers.contents import CitySources
from gis.importers.generated import write_generated_city
from routing.graph.file import GRAPH_FILE_NAME, compile_graph

# Tests wait for what happens, on a machine that runs many of them at once.
Link.patience_s = 60.0
# The suite tries the same examples every time, so that it never fails by a chance of today; others are looked
# for by `pytest --hypothesis-profile=search`. How long a busy machine draws them says nothing of a property.
PATIENT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("suite", derandomize=True, **PATIENT)
settings.register_profile("search", **PATIENT)
settings.load_profile("suite")

EXTENSIONS = ("postgis", "pg_trgm", "unaccent")
ROOM_IN_MEMORY = 6 * 1024**3
BUILDING = {"generated_city", "hcmc_city", "world", "hcmc_data", "utrecht_data"}
"""Fixtures for which a city may have to be built or read; `world` asks for its own when it is set up."""
_PREFIX = "test_"
_CITY_PREFIX = "city_"
# What a built city follows from. A city is built once for these and kept between runs.
_CITY_SOURCES = ("gis", "routing/graph", "dispatch/store", "dispatch/agencies", "dispatch/codes")


@dataclass(frozen=True)
class BuiltCity:
    """A city all tests share: its pack under `data_dir` (only to be read), and a database to copy."""

    data_dir: Path
    template: str

    @property
    def pack(self) -> CityPack:
        """Its pack, with road graph and basemap."""
        return open_city(self.data_dir)


@pytest.fixture(scope="session")
def run_name() -> str:
    """Names this run of the suite, the same in all its workers."""
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID") or f"{os.getpid()}"
    return hashlib.sha256(run.encode()).hexdigest()[:8]


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """A folder all workers and runs of this project share; lock what you make in it."""
    name = hashlib.sha256(os.fsencode(PROJECT)).hexdigest()[:8]
    folder = _find_quick_folder() / f"dispatch-tests-{os.geteuid()}-{name}"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def cluster(shared_dir: Path) -> Iterator[PrivateCluster]:
    """The cluster of the tests, running."""
    cluster = PrivateCluster(shared_dir / "postgres")
    with exclusive(shared_dir / "enter.lock"):
        if cluster.enter():
            _drop_leftovers(cluster, shared_dir)
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
    return _find_data(_hcmc_folder(), "hcmc_2018.osm.pbf", "HCMC_DATA")


@pytest.fixture(scope="session")
def utrecht_data() -> Path:
    """Folder of the Utrecht ambulance region: UTRECHT_DATA, else `utrecht` beside the city's data."""
    folder = Path(os.environ.get("UTRECHT_DATA") or _hcmc_folder().parent / "utrecht")
    return _find_data(folder, "nodes_Utrecht_2021.csv", "UTRECHT_DATA")


def _hcmc_folder() -> Path:
    return Path(os.environ.get("HCMC_DATA") or PROJECT.parent / "shared" / "data" / "hcmc")


def _find_data(folder: Path, known_file: str, setting: str) -> Path:
    """The folder, if the file is in it; else the test is skipped, and fails where nothing may be skipped."""
    if (folder / known_file).exists():
        return folder
    message = f"no {known_file} in {folder}; set {setting}"
    if os.environ.get("CI") == "true":
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def build_shared_city(
    cluster: PrivateCluster, shared_dir: Path, template_database: str
) -> Callable[[str, Callable[[Path], CitySources]], BuiltCity]:
    """A function that builds a city once for all workers and runs, while the sources it follows from stay."""
    key = _hash_city_sources()

    def build(name: str, sources: Callable[[Path], CitySources]) -> BuiltCity:
        city = BuiltCity(shared_dir / f"{name}-{key}", f"{_CITY_PREFIX}{name}_{key}")
        with exclusive(shared_dir / f"{name}.lock"):
            if not _exists(cluster, city.template):
                _build_city(cluster, city, sources, template_database)
        return city

    return build


@pytest.fixture(scope="session")
def generated_city(build_shared_city: Callable[[str, Callable[[Path], CitySources]], BuiltCity]) -> BuiltCity:
    """The city made up from seed 1."""
    return build_shared_city("generated", write_generated_city)


@pytest.fixture(scope="session")
def hcmc_city(
    build_shared_city: Callable[[str, Callable[[Path], CitySources]], BuiltCity], hcmc_data: Path
) -> BuiltCity:
    """Ho Chi Minh City from its real data."""
    sources = CitySources(
        hcmc_data / "hcmc_2018.osm.pbf",
        hcmc_data / "hcmc_wards_2025.geojson",
        (hcmc_data / "hospitals_osm2026.json", hcmc_data / "facilities_osm2018.csv"),
        (hcmc_data / "addresses_dev.csv",),
    )
    return build_shared_city("hcmc", lambda _folder: sources)


@pytest.fixture(scope="session")
def hcmc_roads(shared_dir: Path, hcmc_data: Path) -> Path:
    """Folder of the road graph of Ho Chi Minh City, built once for all workers and runs."""
    folder = shared_dir / f"roads-{_hash_city_sources()}"
    with exclusive(shared_dir / "roads.lock"):
        if not folder.exists():
            unfinished = shared_dir / "roads.new"
            shutil.rmtree(unfinished, ignore_errors=True)
            unfinished.mkdir()
            compile_graph(hcmc_data / "hcmc_2018.osm.pbf", unfinished / GRAPH_FILE_NAME)
            unfinished.rename(folder)
    return folder


@pytest.fixture
def generated_city_database_url(
    cluster: PrivateCluster, generated_city: BuiltCity, make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """Address of a migrated database with the generated city, of this test alone."""
    dsn = make_database(generated_city.template)
    yield dsn
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


@pytest.fixture
def hcmc_city_database_url(
    cluster: PrivateCluster, hcmc_city: BuiltCity, make_database: Callable[[str | None], str]
) -> Iterator[str]:
    """Address of a migrated database with Ho Chi Minh City, of this test alone."""
    dsn = make_database(hcmc_city.template)
    yield dsn
    drop_database(cluster.dsn("postgres"), psycopg.conninfo.conninfo_to_dict(dsn)["dbname"])


def _find_quick_folder() -> Path:
    """Memory where there is plenty: hundreds of databases come and go, and each waits for the disk twice.
    What must survive a crash of the machine is tried on a disk, by the tests that kill."""
    memory = Path("/dev/shm")
    if memory.is_dir() and shutil.disk_usage(memory).free > ROOM_IN_MEMORY:
        return memory
    return Path(tempfile.gettempdir())


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Give tests that build or read a city time for it; leave out long campaigns nobody asked for."""
    for item in items:
        if BUILDING & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.timeout(600))
    if "soak" in config.option.markexpr:
        return
    soak = [item for item in items if item.get_closest_marker("soak")]
    if soak:
        config.hook.pytest_deselected(items=soak)
        items[:] = [item for item in items if item not in soak]


def _build_city(
    cluster: PrivateCluster, city: BuiltCity, sources: Callable[[Path], CitySources], template: str
) -> None:
    unfinished = f"{city.template}_unfinished"
    admin = cluster.dsn("postgres")
    shutil.rmtree(city.data_dir, ignore_errors=True)
    drop_database(admin, unfinished)
    create_database(admin, unfinished, template)
    chosen = sources(city.data_dir / "sources")
    build_city(
        cluster.dsn(unfinished),
        city.data_dir,
        chosen.osm,
        chosen.wards,
        chosen.facilities,
        chosen.addresses,
        generated=chosen.generated,
        graph_builder=lambda pbf, folder: compile_graph(pbf, folder / GRAPH_FILE_NAME),
    )
    rename_database(admin, unfinished, city.template)


def _hash_city_sources() -> str:
    digest = hashlib.sha256()
    for folder in _CITY_SOURCES:
        files = (path for path in (PROJECT / folder).rglob("*") if path.is_file() and path.suffix != ".pyc")
        for path in sorted(files):
            digest.update(f"{path.relative_to(PROJECT)}".encode() + path.read_bytes())
    return digest.hexdigest()[:8]


def _make_template(cluster: PrivateCluster, name: str) -> None:
    unfinished = f"{name}_unfinished"
    admin = cluster.dsn("postgres")
    drop_database(admin, unfinished)
    create_database(admin, unfinished)
    with psycopg.connect(cluster.dsn(unfinished), autocommit=True) as connection:
        for extension in EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}".encode())
    upgrade(cluster.dsn(unfinished))
    rename_database(admin, unfinished, name)


def _exists(cluster: PrivateCluster, name: str) -> bool:
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        return (
            connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() is not None
        )


def _drop_leftovers(cluster: PrivateCluster, shared_dir: Path) -> None:
    """What killed runs and older sources have left; only safe while nobody else is present."""
    with psycopg.connect(cluster.dsn("postgres")) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE NOT datistemplate")
        names = [str(row[0]) for row in rows]
    key = _hash_city_sources()
    for name in names:
        if name.startswith(_PREFIX) or (name.startswith(_CITY_PREFIX) and not name.endswith(key)):
            drop_database(cluster.dsn("postgres"), name)
    for folder in shared_dir.glob("*-*"):
        if not folder.name.endswith(key):
            shutil.rmtree(folder)
