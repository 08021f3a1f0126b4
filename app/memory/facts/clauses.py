"""Find who or what a sentence speaks of, and what it says of it: subject, what the verb's helpers say, and the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from app.core.facts import ME
from app.memory.facts.values import NAME, TIME
from app.memory.facts.words import group, one_of, singular

_VERBS = (
    r"says?|said|thinks|told|is|are|was|were|isn['’]t|aren['’]t|wasn['’]t|has|have|had|hasn['’]t|will|just|now|recently|finally|currently|no longer|also|"
    r"actually|still|used to|officially|lives?|lived|works?|worked|mov(?:es|ed)|got|gets|went|goes|starts?|started|joins?|joined|quit|left|switched|"
    r"changed|costs?|turned|turns|became|bought|sold|drives?|drove|plays|speaks|stud(?:ies|ied)|prefers?|uses|takes|begins|ends|"
    r"retired|married|adopted|broke|passed|died|expires|opens|closes|doesn['’]t|don['’]t|didn['’]t|named|rose|dropped|increased|"
    r"decreased|accepted|landed|found|can['’]t|eats?|needs|hates|loves|likes|weighs|wears|graduated|enrolled|teaches|runs|owns|"
    r"earns|makes|sleeps|divorced|separated|proposed|gave|replaced|swapped|traded|transferred|relocated|settled|resigned|resides|split|met|came|began|told|grew|won|lost|built|ran|put|let|paid|sent|chose|flew|"
    r"charges?|charged|earned|rides?|rode|wears?|becomes?|collects?|celebrates?|retrained|\w{2,}ed"
)
_NP = r"(?:(?!(?:I|[Ww]e|he|she|they|it|you|my|our|and|but|that)\b)(?:Dr\.|Mrs?\.|Ms\.|[\w’'&+-]+)\s){0,5}?(?!(?:I|we|he|she|they|it|you|and)\b)[\w&+’'-]*[\w&+-]"
_IS = r"['’]s\s(?=(?:an?|the|now|just|not|no|been|got|called|named|gone|back|in|on|at|from|my|our|still|\d|\w+ing|\w+ed)\b)"
_SUBJECT = re.compile(
    rf"(?<![\w'’-])(?:(?P<i>I|[Ww]e)(?=['’\s])"
    r"|(?P<he>[Hh]e|[Ss]he|[Tt]hey|[Ii]t)(?=['’\s])"
    rf"|(?:[Tt]he|[Mm]y|[Oo]ur)\s(?P<of>[\w-]+(?:\s[\w-]+)?)\s(?:of|for)\s(?P<whole>(?:my|our|the)\s{_NP}|{NAME})(?=\s(?:{_VERBS})\b|{_IS}|\s?[:=]\s)"
    rf"|(?P<owner>(?:[Mm]y|[Oo]ur)\s(?:[\w-]+\s)?[\w-]+['’]s|[Mm]y|[Oo]ur|[Hh]is|[Hh]er|[Tt]heir|[Tt]he|[Tt]his|"
    rf"(?:New|Updated|Current)(?=\s[a-z])|{NAME}['’]s)\s(?P<np>{_NP})"
    rf"(?=\s(?:{_VERBS})\b|{_IS}|\s?[:=]\s)"
    r"|(?P<kin>Mum|Mom|Dad|Mother|Father|Grandma|Grandpa|Granny|Nan)(?=['’\s])"
    rf"|(?:(?<=^)|(?<=[,;:—]\s)|(?<=\sand\s)|(?<=^Now\s)|(?<=[Nn]ow on\s)|(?<=^Currently\s)|(?<=^Also\s)|(?<=^So\s))(?P<bare>(?:[A-Za-z][\w-]*\s){{0,3}}?[A-Za-z][\w-]*)"
    r"(?=\s(?:(?:is|costs?|are|starts|begins)\s(?:now\s|us\s|me\s)*(?:[$€£¥\d]|(?:on|at|every|booked|scheduled)\s)|(?:has|is|got|was)\s(?:been\s|now\s)?(?:moved|changed|rescheduled|postponed|pushed|cancelled)|moved to|changed to|went up|went down|has gone))"
    rf"|(?P<name>(?!(?:Mum|Mom|Dad|Mother|Father|Grandma|Grandpa|Granny|Nan)\b){NAME})(?=\s(?:{_VERBS})\b|{_IS})"
    r"|(?P<this>[Tt]hat|[Tt]his)(?=['’\s]))"
)
_SILENT = re.compile(
    r"(?:(?:so|and|also|ok(?:ay)?|well|oh|hey|hi|yes|yeah|no|nope|fyi|btw|update|news|great news|big news|good news|sad news|"
    r"by the way|sorry|guess what|finally|just|recently|officially|actually|turns out|quick update|small update|correction)\b[\s,:!.–—-]*)*"
    r"(?=(?:just\s|finally\s|recently\s|officially\s|no longer\s|not\s)?(?:mov(?:ed|ing) |had to |started |starting |joined |got |switched |switching |changed |bought |adopted |quit |left |sold |swapped |replaced |"
    r"signed |broke up |became |turned \d|promoted|traded |accepted |cancelled |canceled |rescheduled |stopped |gave up |retired|"
    r"upgraded |renamed |hired |rescued |booked |landed |working |living |been living |been working |learning |reading |relocated |no longer |not \w+ing |dropped |went (?:vegan|vegetarian|back|from)|engaged|divorced|married)\b)",
    re.I,
)
_COLON = re.compile(r"[:;–—]\s+")
_BLOCKED = re.compile(
    r"(?:\b(?:if|whether|unless|wish|should|would|could|can|do|did|does|how|why|what|than|imagine|suppose|pretend|like|where|"
    r"rumou?r|thought|dream(?:t|ed)?|hope|maybe|perhaps|might|when|until|till|before|used to think)\s(?:that\s)?|[\"“])$",
    re.I,
)
_NO_NAMES = frozenset(
    """i we my our he she they it the this that these those there here what when where who how why so and but or if in on
    at to for from by with as of a an no not yes yeah yep ok okay well oh hey hi hello thanks thank please sorry just now today
    yesterday tomorrow tonight monday tuesday wednesday thursday friday saturday sunday january february march april may
    june july august september october november december life work everything everyone someone nothing something one
    two three both all some many most other people things time still also then after before since until while because
    maybe perhaps actually finally recently update news correction god lord christmas easter mom mum dad wow sounds glad
    you your yours his her their its let can will would could should did do does is are was were has have had been got
    going turns new old same last next first second morning evening night love good great nice unfortunately luckily
    sadly happily apparently btw fyi which whose whom another each every any such only even though although whatever
    once instead speaking honestly basically currently""".split()  # noqa: SIM905 - reads as the list it is
)
_LEAD = re.compile(
    r"^(?:(?:new|old|current|latest|updated|own|dear|lovely|little|big|younger|older|former|previous|ex|next|first|actual)\s)+",
    re.I,
)
_FORMER = re.compile(r"^(?:\w+\s)?(?:old|former|previous|ex|last|first)[\s-]", re.I)

_WITH_NAME = re.compile(rf"^((?:[\w-]+\s)?{one_of('person', 'pet')}),?\s{NAME}$")
_HELPER = re.compile(
    r"\s*(?:(?P<be>['’]m\b|['’]re\b|\bam\b|\bis\b|\bare\b|\bbe\b|\bbeing\b)|(?P<isnt>\b(?:is|are)n['’]t\b)|(?P<s>['’]s\b)|(?P<was>\b(?:was|were)\b)|"
    r"(?P<wasnt>\b(?:was|were)n['’]t\b)|(?P<must>\b(?:have|has|had|need|needed|managed) to\b)|(?P<have>\b(?:have|has)\b|['’]ve\b)|(?P<had>\bhad\b)|(?P<would>['’]d\b)|(?P<been>\bbeen\b)|"
    r"(?P<future>\b(?:going to(?=\s(?-i:[a-z]))|gonna|about to|planning to|will|decided to|due to|set to)\b|['’]ll\b)|(?P<habit>\bused to\b)|(?P<ended>\bno longer\b|\bstopped\b(?=\s\w+ing)|\bquit\b(?=\s\w+ing))|"
    r"(?P<neg>\b(?:not|never)\b|\b(?:do|does|did|have|has|ca|wo|can)n['’]t\b|\bcannot\b)|"
    r"(?P<word>\b(?:do|does|did|now|just|currently|recently|finally|officially|actually|still|already|also|really|mostly|mainly|"
    r"temporarily|basically|both|all|in fact|of course|probably|happily|proudly|apparently|at last|as well|only|since|then|so|even|already|again|today|lately|these days|always)\b)|(?P<comma>[,:=]))",
    re.I,
)
_OWNED = re.compile(r"(?:an?|the|two|three|my|our|another|no|\d+|got)\s", re.I)
_PAIR = re.compile(r"[A-ZÀ-Þ]\w+ and I$|[Mm]e and [A-ZÀ-Þ]\w+$")
_MARKS = {"isnt": ("be", "neg"), "wasnt": ("was", "neg"), "s": ("be", "s"), "been": ("be", "been")}


_AND = re.compile(
    r"(?<=\band)\s(?:then\s|now\s|just\s|have\s|am\s|also\s|finally\s)*(?=(?:joined|started|starting|moved|moving|bought|got|switched|became|signed|work|works|working|"
    r"live|lives|living|relocated|settled|hired|named|call|called|adopted|changed|took|accepted|am an?|(?:is|am|are|was) (?:now\s)?(?:with|at|working|living|in|an?)|quit|left|sold|learning|reading|drive|drives|married|got|have an?|has an?|pay|eat|take|went|replaced)\b)|"
    r"(?<=,)\s(?=(?:now|then|and now|currently|but now)\s(?:working|living|driving|learning|reading|at|in|with|works|lives)\b)"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """`owner` is of whom or what is spoken ("me", "me/sister"), `thing` which of their things ("rent"), "" for none.

    `marks` are what the helpers of the verb say: be, was, have, future, neg, ended, habit. `rest` begins at character
    `at` of the sentence, the subject at `start`. `spoken_of`: only "it" stands for the subject. `before` are the words
    right before it.
    """

    owner: str
    thing: str
    marks: frozenset[str]
    rest: str
    at: int
    start: int
    former: bool = False
    silent: bool = False
    words: str = ""
    spoken_of: bool = False
    before: str = ""


@dataclass(slots=True)
class Scene:
    """Whom and what was spoken of last, for "she" and "it", and who speaks."""

    speaker: str = ME
    person: str = ""
    thing: tuple[str, str] = ("", "")


def clauses(sentence: str, scene: Scene) -> Iterator[Clause]:
    """The clauses of a sentence whose subject is known; the scene moves on with them."""
    openings = [0, *(colon.end() for colon in _COLON.finditer(sentence))]
    for silent in filter(None, (_SILENT.match(sentence, place) for place in openings)):
        yield _helped(Clause(scene.speaker, "", frozenset(), "", silent.end(), silent.end(), silent=True), sentence)
    opened = [(match.start(), match) for match in _SUBJECT.finditer(sentence)]
    opened += [(match.start(), match) for match in _AND.finditer(sentence)]
    last = Clause(scene.speaker, "", frozenset(), "", 0, 0)
    for _, match in sorted(opened, key=lambda one: one[0]):
        if match.re is _AND:
            if last.start < match.start():
                yield _helped(replace(last, at=match.end(), start=match.start(), thing="", words=""), sentence)
            continue
        if _BLOCKED.search(sentence[: match.start()]):
            continue
        if (found := _subject(match, scene)) is not None:
            owner, thing = found
            former = bool(thing and match["np"] and _FORMER.match(match["np"])) or (match["np"] or "").startswith("ex-")
            _move(scene, owner, thing)
            clause = Clause(owner, thing, frozenset(), "", match.end(), match.start(), former, words=match[0])
            if (match["he"] or match["this"] or "").casefold() in ("it", "that", "this"):
                clause = replace(clause, spoken_of=True, before=sentence[: match.start()][-12:])
            last = replace(clause, owner=f"{owner}/{thing}" if is_person(thing) else owner, thing="")
            yield _helped(clause, sentence)


def is_person(thing: str) -> bool:
    """Whether a thing of somebody is a person or an animal ("older sister", "dog")."""
    head = singular(thing.rsplit(maxsplit=1)[-1]) if thing else ""
    return head in group("person") or head in group("pet")


def _move(scene: Scene, owner: str, thing: str) -> None:
    if thing and is_person(thing):
        scene.person = f"{owner}/{thing}"
    elif not thing and owner not in (scene.speaker, "they"):
        scene.person = owner
    if thing:
        scene.thing = (owner, thing)


def _helped(clause: Clause, sentence: str) -> Clause:
    marks: set[str] = set()
    at = clause.at
    while (helper := _HELPER.match(sentence, at)) is not None and helper.end() > at:
        kind = str(helper.lastgroup)
        marks.update(_MARKS.get(kind, (kind,)))
        at = helper.end()
    if _PAIR.search(sentence[: clause.at]) or clause.words.lower() == "we":
        marks.add("pair")
    if re.search(r"\bnow\b", sentence[clause.at : at + 60], re.I):
        marks.add("now")
    rest = sentence[at:]
    at += len(rest) - len(rest.lstrip())
    rest = rest.strip()
    if marks & {"have", "had"} and "been" not in marks and _OWNED.match(rest):
        marks, rest = marks - {"have", "had"}, f"have {rest}"
    return replace(clause, marks=frozenset(marks), rest=rest, at=at)


def _subject(match: re.Match[str], scene: Scene) -> tuple[str, str] | None:
    if match["i"]:
        return scene.speaker, ""
    if match["he"] or match["this"]:
        return _pronoun((match["he"] or match["this"]).lower(), scene)
    if match["name"]:
        return (match["name"].casefold(), "") if _named(match["name"]) else None
    if match["kin"]:
        return f"{scene.speaker}/{match['kin'].casefold()}", ""
    if match["bare"]:
        return _bare(match, scene)
    if match["of"]:
        return _whole(match, scene)
    if match["owner"].lower() in ("the", "this") and re.match(r"\s?[:=]|['’]s\s", match.string[match.end() :]):
        return None
    owner = _owner(match["owner"], scene)
    thing = plain_thing(_WITH_NAME.sub(r"\1", match["np"]))
    if owner is None or not _thing(thing):
        return None
    if (parts := re.split(r"['’]s\s", thing, maxsplit=1))[1:]:
        return f"{owner}/{plain_thing(parts[0])}", plain_thing(parts[1])
    return owner, thing


def _bare(match: re.Match[str], scene: Scene) -> tuple[str, str] | None:
    """ "Book club has moved to Fridays"; but "Tom has moved to Hull" is of a person."""
    words = re.sub(r"(?:\s(?:just|has|now|recently|finally|also|have|then))+$", "", match["bare"])
    told = re.match(r"\W*(?:\w+\s){0,3}?(?:to|at|on|every|is|are)\s(?P<value>.*)", match.string[match.end() :])
    if " " not in words and words[0].isupper() and told is not None and not TIME.match(told["value"]) and _named(words):
        return words.casefold(), ""
    return (scene.speaker, plain_thing(words)) if _thing(words) else None


def _whole(match: re.Match[str], scene: Scene) -> tuple[str, str] | None:
    """ "The name of my dog", "the price of the cabin"."""
    part, whole = plain_thing(match["of"]), match["whole"]
    if whole[0].isupper() and not whole.lower().startswith(("my ", "our ", "the ")):
        return (whole.casefold(), part) if _named(whole) else None
    thing = plain_thing(whole.split(" ", 1)[1])
    return (f"{scene.speaker}/{thing}", part) if is_person(thing) else (scene.speaker, f"{thing} {part}")


def _owner(words: str, scene: Scene) -> str | None:
    lower = words.lower()
    if lower in ("his", "her", "their"):
        return scene.person or None
    if lower in ("my", "our", "the", "this", "new", "updated", "current"):
        return scene.speaker
    if lower.startswith(("my ", "our ")):
        return f"{scene.speaker}/{plain_thing(re.sub(r'[’' + chr(39) + r']s$', '', lower.split(' ', 1)[1]))}"
    name = re.sub(r"['’]s$", "", words)
    return name.casefold() if _named(name) else None


def _pronoun(word: str, scene: Scene) -> tuple[str, str] | None:
    if word in ("he", "she"):
        return (scene.person, "") if scene.person else None
    if word == "they":
        return "they", ""
    if word in ("it", "that", "this") and scene.thing[1]:
        return scene.thing
    return None


def _named(name: str) -> bool:
    first = name.split(maxsplit=1)[0].casefold()
    return first not in _NO_NAMES and not first.endswith(("ing", "ly")) and len(name) > 1 and not name.isupper()


def _thing(thing: str) -> bool:
    words = thing.casefold().split()
    return (
        bool(words)
        and words[-1] not in _NO_NAMES
        and words[0] not in ("if", "that", "what", "when", "i", "we", "there")
    )


def plain_thing(text: str) -> str:
    """A thing as it is looked up: without "new" and "old", lower case, "favorite color" as "favourite colour"."""
    thing = _LEAD.sub("", text.strip()).casefold().replace("favorite", "favourite").replace("color", "colour")
    thing = re.sub(r"^e-?mail address$", "email", thing)
    return " ".join(re.sub(r"^(?:mobile|cell|cell ?phone|telephone)(?: phone)? number$", "phone number", thing).split())
