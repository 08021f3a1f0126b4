"""A worker process and the app's side of it, with toy workers that answer, fail, hang and die."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import psutil
import pytest

from app.core.errors import EmbedderError, MnemeError, ModelStopped, ModelTooLarge
from app.core.types import PromptMessage, Role, Sampling
from app.runtime.host import ChatHost, EmbedHost
from app.runtime.messages import ChatConfig, CountTokens, EmbedConfig
from app.runtime.process import WorkerDied, WorkerProcess
from tests.conftest import ROOT
from tests.runtime import workers

pytestmark = pytest.mark.timeout(60)
PARENT = """
import sys, time
from app.runtime.process import WorkerProcess
from tests.runtime import workers
if __name__ == "__main__":
    worker = WorkerProcess("toy", workers.main, "")
    worker.start()
    print(worker.pid, flush=True)
    time.sleep(600)
"""


@pytest.mark.parametrize("worker", ["chat_worker", "embed_worker"])
def test_native_libraries_wait_until_their_threads_are_told_to_be_calm(worker: str) -> None:
    code = f"import sys, app.runtime.{worker}; print({{'llama_cpp', 'torch', 'faiss'}} & sys.modules.keys())"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()", "OpenMP reads OMP_WAIT_POLICY once, when it is loaded"


@pytest.fixture
def toy() -> Iterator[WorkerProcess]:
    worker = WorkerProcess("toy", workers.main, "")
    yield worker
    worker.close()


def ask(worker: WorkerProcess, *texts: str) -> list[object]:
    return list(worker.request(CountTokens(texts)))


def test_a_request_that_is_not_to_go_on_is_stopped(toy: WorkerProcess) -> None:
    left = iter([True, True])
    begun, *_ = list(toy.request(CountTokens(("until stopped",)), going=lambda: next(left, False)))
    assert begun == "begun"
    assert toy.greeting == f"hello from {toy.pid}"
    toy.close()
    assert toy.greeting is None


def test_it_starts_when_it_is_first_asked(toy: WorkerProcess) -> None:
    assert toy.pid is None
    assert ask(toy, "echo", "one", "two") == ["one", "two"]
    assert toy.start() == f"hello from {toy.pid}"
    assert toy.pid != os.getpid()


def test_it_is_started_once_however_many_ask(toy: WorkerProcess) -> None:
    greetings: list[object] = []
    threads = [threading.Thread(target=lambda: greetings.append(toy.start())) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert greetings == [f"hello from {toy.pid}"] * 5


def test_many_may_ask_at_once_and_each_gets_its_own_answer(toy: WorkerProcess) -> None:
    answers: dict[str, list[object]] = {}

    def work(name: str) -> None:
        answers[name] = [ask(toy, "echo", name, str(i)) for i in range(20)]

    threads = [threading.Thread(target=work, args=[name]) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == {name: [[name, str(i)] for i in range(20)] for name in "abcd"}
    assert not toy.busy


def test_an_error_of_the_start_comes_back_as_itself_and_again() -> None:
    with closing(WorkerProcess("toy", workers.main, "too large")) as worker:
        for _ in range(2):
            with pytest.raises(ModelTooLarge, match="It needs 9 GB"):
                worker.start()


def test_a_fault_is_told_as_one_and_written_to_the_log(toy: WorkerProcess, caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(MnemeError, match="fault in Mneme, not yours: ZeroDivisionError: a screw is loose"):
        ask(toy, "fault")
    assert "Traceback" in caplog.text
    assert ask(toy, "echo", "next") == ["next"]


def test_memory_that_runs_out_is_told(toy: WorkerProcess) -> None:
    with pytest.raises(ModelTooLarge, match="Close other programs"):
        ask(toy, "memory")
    assert ask(toy, "echo", "next") == ["next"]


@pytest.mark.parametrize(("end", "code"), [("exit", 7), ("kill", -9)])
def test_a_death_in_the_middle_is_noticed_and_the_next_request_starts_anew(
    toy: WorkerProcess, end: str, code: int
) -> None:
    ask(toy, "echo", "hello")
    before = toy.pid
    answers = toy.request(CountTokens(("until stopped",) if end == "kill" else ("exit",)))
    with pytest.raises(WorkerDied) as death:
        for _ in answers:
            os.kill(before, signal.SIGKILL)
    assert death.value.exit_code == code
    assert ask(toy, "echo", "again") == ["again"]
    assert toy.pid != before


def test_a_death_at_the_start_is_noticed() -> None:
    with closing(WorkerProcess("toy", workers.main, "die")) as worker, pytest.raises(WorkerDied) as death:
        worker.start()
    assert death.value.exit_code == -9


def test_a_request_is_stopped_by_its_number_and_others_are_not(toy: WorkerProcess) -> None:
    numbers: list[int] = []
    answers = toy.request(CountTokens(("until stopped",)), numbers.append)
    assert next(answers) == "begun"
    assert toy.busy
    toy.stop(numbers[0])
    assert list(answers) == ["stopped"]
    later = toy.request(CountTokens(("until stopped",)), numbers.append)
    assert next(later) == "begun"
    toy.stop(numbers[0])
    toy.stop(numbers[1])
    assert list(later) == ["stopped"]


def test_nothing_it_prints_reaches_the_terminal(
    toy: WorkerProcess, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    assert ask(toy, "print") == ["printed"]
    toy.close()
    assert capfd.readouterr() == ("", "")
    assert ("mneme.worker", logging.WARNING, "toy: to the log") in caplog.record_tuples


def test_ctrl_c_in_the_terminal_does_not_end_it(toy: WorkerProcess) -> None:
    assert ask(toy, "interrupt") == ["still here"]


def test_closing_ends_it_and_asking_starts_it_again(toy: WorkerProcess) -> None:
    toy.start()
    process = psutil.Process(toy.pid)
    toy.close()
    toy.close()
    assert not process.is_running()
    assert toy.pid is None
    assert ask(toy, "echo", "again") == ["again"]


def test_closing_in_the_middle_of_a_request_tells_who_waits(toy: WorkerProcess) -> None:
    answers = toy.request(CountTokens(("until stopped",)))
    assert next(answers) == "begun"
    threading.Thread(target=toy.close).start()
    try:
        rest = list(answers)
    except WorkerDied:
        rest = []
    assert rest in ([], ["stopped"])


def test_it_ends_when_its_app_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=ROOT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        orphan = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
        parent.wait()
    assert psutil.wait_procs([orphan], timeout=60)[0] == [orphan]


class TestTheEmbedder:
    """Trouble of whatever kind is an EmbedderError, so that recall goes on by words."""

    @pytest.fixture
    def host_of(self) -> Iterator[Callable[[str], EmbedHost]]:
        made: list[EmbedHost] = []

        def make(start: str) -> EmbedHost:
            host = EmbedHost(EmbedConfig("nowhere"))
            host._worker = WorkerProcess("toy", workers.main, start)
            made.append(host)
            return host

        yield make
        for host in made:
            host.close()

    @pytest.mark.parametrize("start", ["fault", "too large", "die"])
    def test_while_it_loads(self, host_of: Callable[[str], EmbedHost], start: str) -> None:
        host = host_of(start)
        for _ in range(2):
            with pytest.raises(EmbedderError):
                host.load()
            with pytest.raises(EmbedderError):
                _ = host.identity

    @pytest.mark.parametrize("what", ["fault", "memory", "exit"])
    def test_while_it_embeds(self, host_of: Callable[[str], EmbedHost], what: str) -> None:
        host = host_of("")
        host._worker._main = workers.embedding
        host.load()
        with pytest.raises(EmbedderError):
            host.embed([what])


def test_a_chat_model_that_dies_at_its_start_has_stopped() -> None:
    with closing(ChatHost(ChatConfig("nowhere", 512))) as host:
        host._worker = WorkerProcess("toy", workers.main, "die")
        with pytest.raises(
            ModelStopped, match=r"It was killed, most often because memory ran out: close other programs"
        ):
            host.load()
        with pytest.raises(ModelStopped):
            host.count_tokens(["x"])
        with pytest.raises(ModelStopped):
            list(host.reply([PromptMessage(Role.USER, "x")], Sampling()))
        host.stop()
