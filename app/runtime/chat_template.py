"""A model's own chat template, and what stands in for it where it cannot be used."""

from __future__ import annotations

from collections.abc import Sequence

from jinja2 import TemplateError
from llama_cpp.llama_chat_format import Jinja2ChatFormatter

from app.core.types import PromptMessage, Role

_CHATML = (
    "{% for m in messages %}{{'<|im_start|>' + m['role'] + '\\n' + m['content'] + '<|im_end|>\\n'}}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}"
)


class ChatTemplate:
    """Writes messages as the model was taught to read them, ready for its reply."""

    def __init__(self, template: str, bos: str, eos: str) -> None:
        self._bos, self._eos = bos, eos
        self._plain = self._formatter(_CHATML)
        self._own = self._own_formatter(template) or self._plain

    def write(self, messages: Sequence[PromptMessage]) -> str:
        """The messages by the template; by turns without a system message where it wants that; else as ChatML."""
        try:
            return _fill(self._own, messages)
        except Exception:  # templates raise what they like, of any type
            try:
                return _fill(self._own, by_turns(messages))
            except Exception:
                return _fill(self._plain, messages)

    def _own_formatter(self, template: str) -> Jinja2ChatFormatter | None:
        """The formatter of the file's template, if it has one that can be read."""
        try:
            return self._formatter(template) if template else None
        except TemplateError:
            return None

    def _formatter(self, template: str) -> Jinja2ChatFormatter:
        return Jinja2ChatFormatter(template=template, eos_token=self._eos, bos_token=self._bos)


def without_controls(text: str) -> str:
    """The text with control tokens of the usual form broken up: what was said must not end a turn or begin one."""
    return text.replace("<|", "<\u200b|")


def by_turns(messages: Sequence[PromptMessage]) -> list[PromptMessage]:
    """User and assistant in turns, the user first: for templates that refuse anything else.

    The system message goes in front of the user's first words, and neighbours of one role become one.
    """
    turns: list[PromptMessage] = []
    for message in messages:
        role = Role.USER if message.role is Role.SYSTEM else message.role
        if turns and turns[-1].role is role:
            turns[-1] = PromptMessage(role, f"{turns[-1].text}\n\n{message.text}")
        else:
            turns.append(PromptMessage(role, message.text))
    return turns


def _fill(template: Jinja2ChatFormatter, messages: Sequence[PromptMessage]) -> str:
    plain = [{"role": m.role, "content": without_controls(m.text)} for m in messages]
    return str(template(messages=plain).prompt)
