"""The private cluster against a real PostgreSQL."""

import multiprocessing
import os
import signal
from multiprocessing.synchronize import Event
from pathlib import Path

import psycopg

from dispatch.host.cluster import PrivateCluster, cluster_home, create_database, using_database
from dispatch.host.process import wait_for_exit
from dispatch.settings import load_settings


def _hold_cluster(home: Path, ready: Event, done: Event) -> None:
    with PrivateCluster(home).running():
        ready.set()
        done.wait()


def _show(dsn: str, setting: str) -> str:
    with psycopg.connect(dsn) as connection:
        row = connection.execute("SELECT current_setting(%s)", (setting,)).fetchone()
    assert row is not None
    return str(row[0])


def test_cluster_is_durable_and_listens_on_no_network(scratch_postgres: PrivateCluster) -> None:
    dsn = scratch_postgres.dsn()
    assert [_show(dsn, name) for name in ("fsync", "full_page_writes", "synchronous_commit")] == ["on"] * 3
    assert _show(dsn, "listen_addresses") == ""
    assert scratch_postgres.sockets.stat().st_mode & 0o077 == 0


def test_cluster_runs_until_its_last_user_leaves(scratch_postgres: PrivateCluster) -> None:
    second = PrivateCluster(scratch_postgres.home)
    pid = scratch_postgres.find_pid()
    with second.running():
        assert second.find_pid() == pid
    assert scratch_postgres.find_pid() == pid
    scratch_postgres.leave()
    assert scratch_postgres.find_pid() is None
    scratch_postgres.enter()


def test_killed_user_no_longer_keeps_the_cluster(scratch_postgres: PrivateCluster) -> None:
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    other = spawn.Process(target=_hold_cluster, args=(scratch_postgres.home, ready, done))
    other.start()
    assert ready.wait(120)
    assert other.pid is not None
    os.kill(other.pid, signal.SIGKILL)
    other.join()
    scratch_postgres.leave()
    assert scratch_postgres.find_pid() is None
    scratch_postgres.enter()


def test_commits_survive_the_kill_of_the_postmaster(scratch_postgres: PrivateCluster) -> None:
    with psycopg.connect(scratch_postgres.dsn()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS value")
    pid = scratch_postgres.find_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    wait_for_exit([pid], 10)
    scratch_postgres.start()
    with psycopg.connect(scratch_postgres.dsn()) as connection:
        assert connection.execute("SELECT value FROM kept").fetchone() == (7,)


def test_pid_file_that_names_a_stranger_does_not_hinder_a_start(scratch_postgres: PrivateCluster) -> None:
    scratch_postgres.stop()
    (scratch_postgres.home / "data" / "postmaster.pid").write_text(f"{os.getpid()}\n")
    assert scratch_postgres.find_pid() is None
    scratch_postgres.start()
    assert _show(scratch_postgres.dsn(), "fsync") == "on"


def test_half_made_cluster_is_made_anew(scratch_postgres: PrivateCluster) -> None:
    home = scratch_postgres.home.parent / "other"
    (home / "data.new").mkdir(parents=True)
    (home / "data.new" / "PG_VERSION").write_text("15\n")
    with PrivateCluster(home).running() as dsn:
        assert _show(dsn, "server_encoding") == "UTF8"


def test_a_kill_while_the_cluster_is_made_leaves_nobody_making_it(scratch_postgres: PrivateCluster) -> None:
    # On a busy machine it may be made before the kill comes; nobody is that quick every time.
    homes = [scratch_postgres.home.parent / f"other-{n}" for n in range(8)]
    home = next((home for home in homes if _is_killed_half_made(home)), None)
    assert home is not None
    with PrivateCluster(home).running() as dsn:
        assert _show(dsn, "server_encoding") == "UTF8"


def _is_killed_half_made(home: Path) -> bool:
    """Kill who makes a cluster; whether that came before it was made. Nobody goes on making it."""
    spawn = multiprocessing.get_context("spawn")
    ready, done = spawn.Event(), spawn.Event()
    maker = spawn.Process(target=_hold_cluster, args=(home, ready, done))
    maker.start()
    assert maker.pid is not None
    while not (home / "data.new" / "PG_VERSION").exists():
        assert wait_for_exit([maker.pid], 0.02), "the maker ended before it had begun"
    making = [int(pid) for pid in Path(f"/proc/{maker.pid}/task/{maker.pid}/children").read_text().split()]
    os.kill(maker.pid, signal.SIGKILL)
    maker.join()
    assert wait_for_exit(making, 30) == []
    # initdb makes database 5 last: it did not come so far.
    return bool(making) and not (home / "data.new" / "base" / "5").exists()


def test_project_under_a_very_long_path_still_gets_a_socket(scratch_postgres: PrivateCluster) -> None:
    home = scratch_postgres.home.parent / ("thư-mục-rất-dài-" * 10) / "pg"
    home.parent.mkdir()
    with PrivateCluster(home).running() as dsn:
        assert _show(dsn, "fsync") == "on"
    PrivateCluster(home).sockets.rmdir()


def test_database_url_wins_over_the_private_cluster(tmp_path: Path) -> None:
    settings = load_settings(
        {"DATABASE_URL": "postgresql://elsewhere/centre", "DATA_DIR": str(tmp_path)}, None
    )
    with using_database(settings.database) as dsn:
        assert dsn == "postgresql://elsewhere/centre"
    assert list(tmp_path.iterdir()) == []


def test_only_root_under_a_closed_home_puts_the_cluster_elsewhere(tmp_path: Path) -> None:
    tmp_path.chmod(0o700)
    inside = tmp_path / "var" / "postgres"
    home = cluster_home(tmp_path / "var")
    assert home.parent == Path("/var/lib/dispatch-centre") if os.geteuid() == 0 else home == inside


def test_existing_cluster_is_found_where_it_was_put(scratch_postgres: PrivateCluster) -> None:
    folder = scratch_postgres.home.parent / "var"
    folder.mkdir()
    scratch_postgres.home.parent.chmod(0o755)
    with PrivateCluster(cluster_home(folder)).running():
        scratch_postgres.home.parent.chmod(0o700)
        assert cluster_home(folder) == folder / "postgres"
        scratch_postgres.home.parent.chmod(0o755)


def test_creating_a_database_twice_keeps_the_first(scratch_postgres: PrivateCluster) -> None:
    create_database(scratch_postgres.dsn("postgres"), "twice")
    with psycopg.connect(scratch_postgres.dsn("twice")) as connection:
        connection.execute("CREATE TABLE kept ()")
    create_database(scratch_postgres.dsn("postgres"), "twice")
    with psycopg.connect(scratch_postgres.dsn("twice")) as connection:
        connection.execute("SELECT FROM kept")


def test_each_test_gets_a_migrated_database_of_its_own(database_url: str, empty_database_url: str) -> None:
    assert database_url != empty_database_url
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT postgis_version()").fetchone() is not None
