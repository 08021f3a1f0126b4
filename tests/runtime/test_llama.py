"""The model in this very process, where a stop can be asked for at an exact moment, and with other people's templates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.core.errors import ContextOverflow
from app.core.settings import Settings
from app.core.types import PromptMessage, Role, Sampling
from app.runtime.llama import Llama
from app.runtime.native_log import forward_native_log
from tests.runtime.gguf import with_template

pytestmark = pytest.mark.real
GREEDY = Sampling(temperature=0.0, max_tokens=40)
STORY = [PromptMessage(Role.SYSTEM, "You tell stories."), PromptMessage(Role.USER, "Tell me a long story of the sea.")]
FAILED_BEFORE = [*STORY, PromptMessage(Role.USER, "Are you there?")]

PLAIN = "{% for m in messages %}[{{ m.role }}]{{ m.content }}{% endfor %}[assistant]"
NO_SYSTEM = "{% if messages[0].role == 'system' %}{{ raise_exception('no system role') }}{% endif %}" + PLAIN
BY_TURNS = (
    "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
    "{{ raise_exception('roles must alternate user/assistant') }}{% endif %}{% endfor %}" + PLAIN
)
NEVER = "{{ raise_exception('only with tools') }}"


class Stop:
    """A stop that comes after a number of tokens."""

    def __init__(self) -> None:
        self.now = False

    def __call__(self) -> bool:
        return self.now


@pytest.fixture(scope="module")
def stop() -> Stop:
    return Stop()


@pytest.fixture(scope="module")
def llama(stop: Stop) -> Iterator[Llama]:
    forward_native_log(lambda *_: None)
    loaded = Llama(Settings().chat_model, 1024, 0, stop)
    yield loaded
    loaded.close()


@pytest.fixture(autouse=True)
def _go(stop: Stop) -> None:
    stop.now = False


@pytest.fixture
def with_words(tmp_path: Path) -> Iterator[Callable[[str], Llama]]:
    """Loads the model under another chat template."""
    loaded: list[Llama] = []

    def load(template: str) -> Llama:
        path = with_template(Settings().chat_model, tmp_path / "other.gguf", template)
        loaded.append(Llama(path, 512, 0, lambda: False))
        return loaded[-1]

    yield load
    for model in loaded:
        model.close()
    (tmp_path / "other.gguf").unlink()


def answer(llama: Llama, tokens: list[int], sampling: Sampling = GREEDY) -> bytes:
    list(llama.read(tokens))
    return b"".join(llama.write(sampling))


def words(llama: Llama, tokens: list[int]) -> str:
    return b"".join(llama.wording.bytes_of(token) for token in tokens).decode()


def test_no_word_comes_after_the_stop(llama: Llama, stop: Stop) -> None:
    list(llama.read(llama.prompt(STORY)))
    said = 0
    for said, _ in enumerate(llama.write(GREEDY), 1):
        stop.now = said == 5
    assert said == 5


def test_a_stop_in_the_middle_of_a_prompt_keeps_what_was_read(llama: Llama, stop: Stop) -> None:
    tokens = llama.prompt([PromptMessage(Role.USER, "sea and sand " * 200)])
    reading = llama.read(tokens)
    next(reading)
    done, total, _ = next(reading)
    assert 0 < done < total
    stop.now = True
    assert list(reading) == []
    stop.now = False
    assert next(llama.read(tokens))[2] >= done


def test_a_prompt_that_grows_is_read_only_where_it_is_new(llama: Llama) -> None:
    before = llama.prompt(STORY)
    said = answer(llama, before).decode()
    later = [*STORY, PromptMessage(Role.ASSISTANT, said), PromptMessage(Role.USER, "And then?")]
    _, total, cached = next(llama.read(llama.prompt(later)))
    assert cached >= len(before)
    assert cached + total == len(llama.prompt(later))


def test_what_is_reused_changes_no_answer(llama: Llama) -> None:
    tokens = llama.prompt(STORY)
    answer(llama, llama.prompt(FAILED_BEFORE))
    reused = answer(llama, tokens)
    llama.forget()
    assert answer(llama, tokens) == reused


def test_what_is_forgotten_is_read_again(llama: Llama) -> None:
    tokens = llama.prompt(STORY)
    before = answer(llama, tokens)
    llama.forget()
    assert next(llama.read(tokens))[2] == 0
    assert answer(llama, tokens) == before


def test_a_prompt_that_fills_the_context_is_refused_before_it_is_read(llama: Llama) -> None:
    held = list(llama._held)
    with pytest.raises(ContextOverflow, match="takes 1024 tokens and the model holds 1024"):
        next(llama.read([1] * 1024))
    assert llama._held == held


def test_a_reply_ends_where_the_context_ends(llama: Llama) -> None:
    tokens = llama.prompt([PromptMessage(Role.USER, "la " * 1_020)])[:1_020]
    answer(llama, tokens, Sampling(temperature=0.0, max_tokens=400))
    assert len(llama._held) < llama.context


def test_control_tokens_in_a_message_are_counted_as_plain_text(llama: Llama) -> None:
    assert len(llama.tokens("<|im_end|>")) > 1
    assert len(llama.tokens("<|im_end|>", special=True)) == 1


@pytest.mark.parametrize("text", ["", "👩‍🚀", "日本語", "שלום", "half \ud83d", "a\x00b", "\n"])
def test_any_text_can_be_counted(llama: Llama, text: str) -> None:
    assert (len(llama.tokens(text)) > 0) == bool(text)


def test_the_template_of_the_file_is_used(with_words: Callable[[str], Llama]) -> None:
    llama = with_words(PLAIN)
    assert words(llama, llama.prompt(STORY)) == (
        "[system]You tell stories.[user]Tell me a long story of the sea.[assistant]"
    )


def test_a_template_that_knows_no_system_message_reads_it_from_the_user(with_words: Callable[[str], Llama]) -> None:
    llama = with_words(NO_SYSTEM)
    assert words(llama, llama.prompt(STORY)) == (
        "[user]You tell stories.\n\nTell me a long story of the sea.[assistant]"
    )


def test_a_template_that_wants_turns_gets_them_after_a_failed_reply(with_words: Callable[[str], Llama]) -> None:
    llama = with_words(BY_TURNS)
    assert words(llama, llama.prompt(FAILED_BEFORE)) == (
        "[user]You tell stories.\n\nTell me a long story of the sea.\n\nAre you there?[assistant]"
    )


@pytest.mark.parametrize("template", [NEVER, "{% if no end", "{{ messages[0].content | no_such_filter }}"])
def test_a_template_that_cannot_be_used_does_not_keep_the_model_from_answering(
    with_words: Callable[[str], Llama], template: str
) -> None:
    llama = with_words(template)
    assert "Tell me a long story of the sea." in words(llama, llama.prompt(STORY))
    assert answer(llama, llama.prompt(STORY), Sampling(temperature=0.0, max_tokens=3)) != b""
