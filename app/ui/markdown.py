"""Markdown as the HTML that Qt's text documents understand. Raw HTML in it is shown, never obeyed."""

from __future__ import annotations

from functools import cache
from html import escape

from markdown_it import MarkdownIt
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from app.ui import theme

_CODE = "font-family: monospace; font-size: 13px; margin: 0; white-space: pre-wrap"


def to_html(text: str) -> str:
    """A reply as HTML in the colours of the theme, code highlighted by its language."""
    cell = f"border: 1px solid {theme.token('line')}; padding: 4px 8px;"
    style = f"""
        p, li {{ line-height: 150%; margin-top: 0; margin-bottom: 8px; }} a {{ color: {theme.token("accent")}; }}
        code {{ font-family: monospace; background-color: {theme.token("panel")}; font-size: 13px; }}
        td, th {{ {cell} }} blockquote {{ color: {theme.token("muted")}; }}
        h1 {{ font-size: 20px; }} h2, h3, h4 {{ font-size: 15px; }}
    """
    return f"<style>{style}</style>{_parser().render(text)}"


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False, "highlight": _code}).enable(["table", "strikethrough"])
    parser.add_render_rule("fence", _fence)
    parser.add_render_rule("code_block", _fence)
    parser.add_render_rule("image", _image)
    return parser


def _fence(_: object, tokens: list, number: int, *__: object) -> str:  # type: ignore[type-arg]
    """A code block on a panel; a table is the one box that Qt's documents draw with padding."""
    token = tokens[number]
    code = _code(token.content.rstrip("\n"), token.info.strip().split(" ")[0])
    return (
        f'<table width="100%" cellpadding="10" bgcolor="{theme.token("panel")}"><tr><td style="border: 0">'
        f'<pre style="{_CODE}">{code}</pre></td></tr></table>'
    )


def _image(_: object, tokens: list, number: int, *__: object) -> str:  # type: ignore[type-arg]
    """An image is named, not loaded: nothing a model writes may reach for a file or the network."""
    return f"[{escape(tokens[number].content or 'image')}]"


def _code(text: str, language: str) -> str:
    try:
        lexer = get_lexer_by_name(language)
    except ClassNotFound:
        return escape(text)
    style = "github-dark" if theme.is_dark() else "xcode"
    return highlight(text, lexer, HtmlFormatter(nowrap=True, noclasses=True, style=style))
