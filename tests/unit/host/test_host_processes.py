"""Finding and ending processes, with real ones."""

import signal
import subprocess
import sys
import uuid

from dispatch.host.process import end_processes, list_processes_with, wait_for_exit

STUBBORN = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); signal.pause()"
)


def start(code: str, **environment: str) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    process.stdout.readline()
    return process


def test_only_processes_with_the_mark_are_found() -> None:
    mark = uuid.uuid4().hex
    with start(STUBBORN, MARK=mark) as ours, start(STUBBORN, MARK=mark + "x") as other:
        assert list_processes_with("MARK", mark) == [ours.pid]
        ours.kill()
        other.kill()


def test_process_deaf_to_a_polite_signal_is_killed() -> None:
    with start(STUBBORN) as process:
        end_processes([process.pid], signal.SIGTERM, 0.2)
        assert process.wait() == -signal.SIGKILL


def test_wait_names_those_still_alive() -> None:
    with start(STUBBORN) as process:
        assert wait_for_exit([process.pid], 0.1) == [process.pid]
        process.kill()
        assert wait_for_exit([process.pid], 60) == []


def test_pid_that_nobody_has_is_no_error() -> None:
    with start("print()") as process:
        process.wait()
    assert wait_for_exit([process.pid], 0) == []
    end_processes([process.pid], signal.SIGTERM, 0)
