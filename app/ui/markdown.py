"""Markdown as the HTML that Qt's text documents understand. Raw HTML in it is shown, never obeyed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from html import escape
from typing import Any

from markdown_it import MarkdownIt
from mdit_py_plugins.dollarmath import dollarmath_plugin
from mdit_py_plugins.texmath import texmath_plugin
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound
from PySide6.QtCore import QCoreApplication

from app.ui import math, theme

COPY = "copy"
"""The scheme of the link over a code block; its path is the number of the block."""
_PART = 3_000  # characters after which a long text may be cut, so that only its end is drawn anew while it grows


def to_html(text: str) -> str:
    """A text as HTML in the colours of the theme: code highlighted by its language, mathematics in signs."""
    return _to_html(text, theme.current(), theme.scale())


def code_blocks(text: str) -> list[str]:
    """The code blocks of a text, in their order."""
    return [token.content for token in _parser().parse(text) if token.type in ("fence", "code_block")]


def parts_of(text: str) -> list[str]:
    """A long text in parts that can be drawn alone: cut at empty lines between paragraphs, never within code.

    The parts of the beginning stay as they are when more words come.
    """
    parts, lines, size, fence = [], list[str](), 0, ""
    for line in text.splitlines(keepends=True):
        mark = line.lstrip()[:3]
        if fence:
            fence = "" if mark == fence else fence
        elif mark in ("```", "~~~"):
            fence = mark
        starts = not fence and size > _PART and lines[-1].strip() == "" and line[:1].isalpha()
        if starts:
            parts.append("".join(lines))
            lines, size = [], 0
        lines.append(line)
        size += len(line)
    return [*parts, "".join(lines)]


@lru_cache(64)
def _to_html(text: str, name: str, scale: float) -> str:
    line, small = theme.token("line"), theme.px(13)
    style = f"""
        p, li {{ line-height: 150%; margin-top: 0; margin-bottom: 8px; }}
        li {{ margin-bottom: 4px; }} a {{ color: {theme.token("accent")}; }}
        code {{ font-family: monospace; background-color: {theme.token("panel")}; font-size: {small}px; }}
        table.grid {{ border-collapse: collapse; border: 1px solid {line}; margin-bottom: 8px; }}
        table.grid td, table.grid th {{ border: 1px solid {line}; padding: 4px 8px; }}
        blockquote {{ color: {theme.token("muted")}; margin-left: 16px; }}
        h1 {{ font-size: {theme.px(20)}px; }} h2 {{ font-size: {theme.px(17)}px; }}
        h3, h4, h5, h6 {{ font-size: {theme.px(15)}px; }}
    """
    return f"<style>{style}</style>{_parser().render(text, {'codes': 0})}"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(texmath_plugin, delimiters="brackets")
    for name in ("fence", "code_block"):
        parser.add_render_rule(name, _fence)
    parser.add_render_rule("image", _image)
    parser.add_render_rule("table_open", lambda *_: '<table class="grid" cellspacing="0">')
    for name in ("math_inline", "math_inline_double", "math_block", "math_block_eqno", "math_single"):
        parser.add_render_rule(name, _math if "block" not in name else _math_block)
    return parser


def _fence(_: object, tokens: list[Any], number: int, __: object, env: dict[str, int]) -> str:
    """A code block on a panel, with its language and a link that copies it; a table is the one box that Qt's documents
    draw with padding."""
    token = tokens[number]
    language = token.info.strip().split(" ")[0]
    code = _code(token.content.rstrip("\n"), language)
    block, env["codes"] = env["codes"], env["codes"] + 1
    muted, small = theme.token("muted"), theme.px(12)
    link = f'<a href="{COPY}:{block}" style="color: {muted}; text-decoration: none">{escape(_copy_words())}</a>'
    cell = f'style="font-size: {small}px; color: {muted}"'
    head = (
        f'<table width="100%" cellpadding="0"><tr><td {cell}>{escape(language)}</td>'
        f'<td align="right" {cell}>{link}</td></tr></table>'
    )
    style = f"font-family: monospace; font-size: {theme.px(13)}px; margin: 0; white-space: pre-wrap"
    return (
        f'<table width="100%" cellpadding="10" style="margin-bottom: 8px" bgcolor="{theme.token("panel")}"><tr>'
        f'<td>{head}<pre style="{style}">{code}</pre></td></tr></table>'
    )


def _copy_words() -> str:
    return QCoreApplication.translate("Markdown", "Copy code")


def _image(_: object, tokens: list[Any], number: int, *__: object) -> str:
    """An image is named, not loaded: nothing a model writes may reach for a file or the network."""
    return f"[{escape(tokens[number].content or 'image')}]"


def _math(_: object, tokens: list[Any], number: int, *__: object) -> str:
    return math.to_html(tokens[number].content)


def _math_block(_: object, tokens: list[Any], number: int, *__: object) -> str:
    lines = "<br>".join(_lines(tokens[number].content))
    return f'<p style="margin-left: 24px">{lines}</p>'


def _lines(tex: str) -> Iterator[str]:
    """A formula that stands apart, line by line."""
    inside = re.sub(r"\\(begin|end)\{(aligned|align\*?|gather\*?|equation\*?|split)\}", "", tex)
    aligned = inside != tex
    for line in inside.split("\\\\") if aligned else [inside]:
        if line.strip():
            yield math.to_html(line.replace("&", "") if aligned else line)


def _code(text: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return escape(text)
    style = "github-dark" if theme.is_dark() else "xcode"
    return highlight(text, lexer, HtmlFormatter(nowrap=True, noclasses=True, style=style))
