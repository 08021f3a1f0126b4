"""TeX as readable signs: fractions, roots, indices and Greek, without a typesetter. What it does not know stays TeX."""

from __future__ import annotations

import re
from html import escape

_LONGEST = 2_000
_WRAPPED = re.compile(r"\\(?:text|mathrm|textbf|mathbf|operatorname|boxed|textit|mathit)\s?\{([^{}]*)\}")
_SPACES = re.compile(r"\\(?:[,;:! ]|quad|qquad|displaystyle|left|right|limits|nolimits|big|Big|bigl|bigr)(?![a-zA-Z])")
_NAMES = re.compile(
    r"\\((?:arc)?(?:sin|cos|tan)h?|log|ln|exp|lim|max|min|det|dim|gcd|sup|inf|arg|deg|ker|mod|Pr)(?![a-z])"
)
_INDEX = re.compile(r"([\^_])\{([^{}]*)\}")
_RAISED = re.compile(r"([\^_])(?:\{([^{}]*)\}|(\w))")
_HIGH, _LOW, _END = "\ue000", "\ue001", "\ue002"  # for private use: where an index begins that has no signs, and ends
_TAGS = {_HIGH: "<sup>", _LOW: "<sub>"}
_PLAIN = re.compile(r"[\w.²³√π∞α-ω]+|\([^()]*\)")


def to_html(tex: str) -> str:
    """A formula as HTML on one line; in monospace, as it was written, where signs cannot tell it."""
    if len(tex) > _LONGEST:
        return _as_written(tex)
    import unicodeit

    def index(found: re.Match[str]) -> str:
        signs = str(unicodeit.replace(found[0]))
        if not re.search(r"[\^_{}\\]", signs):
            return signs
        return f"{_HIGH if found[1] == '^' else _LOW}{found[2]}{_END}"

    plain = _SPACES.sub(" ", _NAMES.sub(r"\1", _WRAPPED.sub(r"\1", tex.strip())))
    found: str = unicodeit.replace(_INDEX.sub(index, _fractions(plain)))
    if "\\" in found:
        return _as_written(tex)
    return _tagged(_raised(escape(found, quote=False)).replace("{", "").replace("}", ""))


def _fractions(tex: str) -> str:
    """`\\frac{a}{b}` as a/b, with brackets where they are needed; `\\sqrt` is known without."""
    while (at := tex.rfind("\\frac")) >= 0:  # the innermost stands last
        above, middle = _group(tex, at + 5)
        below, end = _group(tex, middle)
        tex = f"{tex[:at]}{_bracketed(above)}/{_bracketed(below)}{tex[end:]}"
    return tex


def _group(tex: str, start: int) -> tuple[str, int]:
    """What stands in braces from here on, or one sign; and where it ends."""
    while start < len(tex) and tex[start] == " ":
        start += 1
    if tex[start : start + 1] != "{":
        return tex[start : start + 1], start + 1
    depth = 0
    for place in range(start, len(tex)):
        depth += {"{": 1, "}": -1}.get(tex[place], 0)
        if not depth:
            return tex[start + 1 : place], place + 1
    return tex[start + 1 :], len(tex)


def _bracketed(part: str) -> str:
    part = part.strip()
    return part if _PLAIN.fullmatch(part) or re.fullmatch(r"\\[a-zA-Z]+(\{\w+\})?", part) else f"({part})"


def _raised(html: str) -> str:
    """Indices for which there are no signs, set high or low."""

    def tag(found: re.Match[str]) -> str:
        name = "sup" if found[1] == "^" else "sub"
        return f"<{name}>{found[2] if found[2] is not None else found[3]}</{name}>"

    return _RAISED.sub(tag, html)


def _tagged(html: str) -> str:
    """Indices without signs as tags, each with its end."""
    found, ends = [], list[str]()
    for sign in html:
        if sign in _TAGS:
            ends.append(_TAGS[sign].replace("<", "</"))
            found.append(_TAGS[sign])
        else:
            found.append((ends.pop() if ends else "") if sign == _END else sign)
    return "".join(found + ends[::-1])


def _as_written(tex: str) -> str:
    return f"<code>{escape(tex.strip())}</code>"
