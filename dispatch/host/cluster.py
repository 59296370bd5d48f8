"""The private PostgreSQL cluster: made, started and stopped by the programs that use it.

Every user of the cluster is present under a shared lock; the first to come starts it and the last to leave
stops it, whatever order they come and go in. A user that is killed leaves by the kernel's hand; the cluster
it may leave running is taken over by the next to come and stopped when that one leaves.
"""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from dispatch.host.binaries import PostgresBinaries, get_postgres
from dispatch.host.errors import ClusterError
from dispatch.host.folders import may_strangers_pass, short_hash, socket_folder
from dispatch.host.locks import Presence, exclusive
from dispatch.host.process import die_with_parent, end_processes, list_processes_in, wait_for_exit
from dispatch.settings import DatabaseSettings

DATABASE = "centre"
ROLE = "centre"

# The three durability settings are the centre's demand: the server refuses a database without them.
_CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = '256MB'
fsync = on
full_page_writes = on
synchronous_commit = on
wal_compression = on
max_wal_size = '2GB'
timezone = 'UTC'
log_timezone = 'UTC'
logging_collector = on
log_directory = '{logs}'
log_filename = 'postgresql-%a.log'
log_rotation_age = '1d'
log_truncate_on_rotation = on
log_min_duration_statement = '1s'
"""


class PrivateCluster:
    """One PostgreSQL cluster in `home`, reachable only through its unix socket by its owner and root."""

    def __init__(self, home: Path, binaries: PostgresBinaries | None = None) -> None:
        self.home = home
        self._binaries = binaries
        self._data = home / "data"
        self._presence = Presence(home / "users.lock")

    @property
    def sockets(self) -> Path:
        """Folder of the unix socket."""
        return socket_folder(self.home / "run")

    def dsn(self, database: str = DATABASE) -> str:
        """Connection address of one database of this cluster, as psycopg and asyncpg take it."""
        return f"postgresql://{ROLE}@/{quote(database)}?host={quote(str(self.sockets))}"

    def enter(self) -> bool:
        """Join the users, making and starting the cluster where needed; True for the first.

        Raises PostgresMissingError or ClusterError.
        """
        self._make_home()
        with exclusive(self.home / "start.lock"):
            first = self._presence.enter()
            try:
                self.start()
            except BaseException:
                self._presence.leave()
                raise
            return first

    def leave(self) -> None:
        """Leave the users; the last one stops the cluster."""
        with exclusive(self.home / "start.lock"):
            if self._presence.leave():
                self.stop()

    @contextmanager
    def running(self) -> Iterator[str]:
        """The cluster runs within; gives the address of the centre's own database in it."""
        self.enter()
        try:
            create_database(self.dsn("postgres"), DATABASE)
            yield self.dsn()
        finally:
            self.leave()

    def find_pid(self) -> int | None:
        """Pid of the postmaster that works in this cluster's folder, or None."""
        try:
            pid = int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])
        except (FileNotFoundError, ValueError):
            return None
        return pid if pid in list_processes_in(self._data.resolve()) else None

    def start(self) -> None:
        """Start the cluster if it does not run, creating it if it does not exist; returns when it answers.

        Only for a present user, who alone may know that nobody else is starting it.
        """
        if self.find_pid() is not None:
            return
        if not (self._data / "PG_VERSION").exists():
            self._create()
        self._clear_leftovers()
        self._configure()
        log = self.home / "log" / "start.log"
        result = self._run("pg_ctl", "start", "-w", "-t", "120", "-s", "-D", str(self._data), "-l", str(log))
        if result.returncode != 0:
            newest = max((self.home / "log").iterdir(), key=lambda file: file.stat().st_mtime, default=None)
            why = newest.read_text(errors="replace")[-2000:] if newest else result.stderr
            raise ClusterError(
                f"PostgreSQL riêng ở {self.home} không khởi động được:\n{why}",
                f"The private PostgreSQL in {self.home} does not start; its own words stand above.",
            )

    def revive(self) -> None:
        """Start the cluster again after its postmaster has ended under its users."""
        with exclusive(self.home / "start.lock"):
            self.start()

    def stop(self) -> None:
        """Stop the cluster if it runs: a fast shutdown, every commit kept."""
        pid = self.find_pid()
        if pid is None:
            return
        os.kill(pid, signal.SIGINT)
        if wait_for_exit([pid], 60.0):
            end_processes([pid], signal.SIGQUIT, 10.0)

    def _make_home(self) -> None:
        owner = self._owner()
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.home, self.home / "log", self.sockets):
            folder.mkdir(exist_ok=True)
            if os.geteuid() == 0 and folder.lstat().st_uid == 0:
                os.chown(folder, owner.pw_uid, owner.pw_gid, follow_symlinks=False)
            # In a folder that all may write to, a stranger may have been quicker with this name.
            if folder.is_symlink() or folder.stat().st_uid != owner.pw_uid:
                raise ClusterError(
                    f"Thư mục {folder} thuộc người dùng khác; hãy chạy bằng người dùng đó hoặc root.",
                    f"Folder {folder} belongs to another user; run as that user or as root.",
                )
            folder.chmod(0o700)

    def _owner(self) -> pwd.struct_passwd:
        """The account PostgreSQL runs under: ours; as root, whom it refuses, the folder's."""
        if os.geteuid() != 0:
            return pwd.getpwuid(os.geteuid())
        if self._data.exists() and self._data.stat().st_uid != 0:
            return pwd.getpwuid(self._data.stat().st_uid)
        return service_account()

    def _create(self) -> None:
        """Make the cluster beside its place and move it there: a killed attempt leaves nothing half made."""
        unfinished = self.home / "data.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        options = ["--auth=trust", "--locale=C.UTF-8", "--encoding=UTF8", f"--username={ROLE}"]
        result = self._run("initdb", *options, "-D", str(unfinished))
        if result.returncode != 0:
            raise ClusterError(
                f"Không tạo được PostgreSQL riêng ở {self.home}:\n{result.stderr}",
                f"The private PostgreSQL cannot be made in {self.home}; its own words stand above.",
            )
        with (unfinished / "postgresql.conf").open("a") as configuration:
            configuration.write("\ninclude = 'centre.conf'\n")
        unfinished.rename(self._data)

    def _configure(self) -> None:
        path = self._data / "centre.conf"
        path.write_text(_CONFIGURATION.format(sockets=self.sockets, logs=self.home / "log"))
        path.chmod(0o644)

    def _clear_leftovers(self) -> None:
        """After a kill -9 or a power cut: end orphaned backends, drop a pid file that names a stranger."""
        orphans = list_processes_in(self._data.resolve())
        left = wait_for_exit(orphans, 5.0)
        end_processes(left, signal.SIGQUIT, 5.0)
        # Where nobody reaps the dead the old pid still answers, and PostgreSQL takes that for life.
        for lock in (self._data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            lock.unlink(missing_ok=True)

    def _run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        self._binaries = self._binaries or get_postgres()
        command = [self._binaries.path(program), *arguments]
        environment = {"LC_ALL": "C.UTF-8", "PATH": f"{self._binaries.folder}:/usr/bin:/bin"}
        # A pipe would be inherited by the postmaster and never close; a file does not keep us waiting.
        # A program that goes on making the cluster when we were killed would be in the next start's way.
        with tempfile.TemporaryFile("w+") as output:
            if os.geteuid() == 0:
                owner = self._owner()
                code = subprocess.call(
                    command, cwd="/", env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    user=owner.pw_uid, group=owner.pw_gid, extra_groups=[], preexec_fn=die_with_parent,
                )  # fmt: skip
            else:
                code = subprocess.call(
                    command, cwd="/", env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                    preexec_fn=die_with_parent,
                )  # fmt: skip
            output.seek(0)
            return subprocess.CompletedProcess(command, code, "", output.read())


def service_account() -> pwd.struct_passwd:
    """The account root drops to: `postgres` where the distribution made it, else `nobody`."""
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def cluster_home(data_dir: Path) -> Path:
    """Where the private cluster of a project lies, given the project's data folder.

    Inside that folder, unless root runs it and PostgreSQL's account cannot pass there (a home of mode 700).
    An existing cluster is found again wherever it was put.
    """
    inside = data_dir.resolve() / "postgres"
    apart = Path("/var/lib/dispatch-centre") / short_hash(data_dir.resolve())
    for home in (inside, apart):
        if (home / "data" / "PG_VERSION").exists():
            return home
    return inside if os.geteuid() != 0 or may_strangers_pass(inside.parent) else apart


def find_private_cluster(settings: DatabaseSettings) -> PrivateCluster | None:
    """The private cluster the settings mean, running or not; None where DATABASE_URL is set."""
    return None if settings.url else PrivateCluster(cluster_home(settings.data_dir))


@contextmanager
def using_database(settings: DatabaseSettings) -> Iterator[str]:
    """The centre's database is reachable within; gives its address.

    DATABASE_URL names one that others run; otherwise the private cluster is started where needed and
    stopped by its last user. Raises PostgresMissingError or ClusterError.
    """
    cluster = find_private_cluster(settings)
    if cluster is None:
        yield settings.url
        return
    with cluster.running() as dsn:
        yield dsn


def create_database(admin_dsn: str, name: str, template: str | None = None) -> None:
    """Create database `name` in the cluster behind `admin_dsn`; nothing happens when it exists."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        if connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone():
            return
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            # Copying files spares the log a copy of every page; the two checkpoints it costs are the cheaper.
            statement += sql.SQL(" TEMPLATE {} STRATEGY FILE_COPY").format(sql.Identifier(template))
        connection.execute(statement)


def drop_database(admin_dsn: str, name: str) -> None:
    """Drop database `name` whoever is connected to it; nothing happens when it does not exist."""
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def rename_database(admin_dsn: str, name: str, new_name: str) -> None:
    """Rename database `name`, to which nobody may be connected."""
    statement = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    with psycopg.connect(admin_dsn, autocommit=True) as connection:
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(new_name)))
