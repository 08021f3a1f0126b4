"""The rules: what a clause may say after its subject, and which attribute its words then give.

A pattern matches the rest of a clause from its beginning. Its named groups are the values: the name is the attribute,
with "_" for a space, and may begin with what becomes of the value: `end_` it holds no more, `add_` it stands beside
others, `was_` it held before. `old` and `new` are a value and what takes its place, whatever they are values of.
`end_any` is whatever is known under that value. `thing` and `value` are an attribute in the speaker's own words.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from app.memory.facts.values import NAME
from app.memory.facts.words import one_of


class Rule(NamedTuple):
    """`needs` are marks of the clause one of which there must be; `forbids` those that must not be there."""

    pattern: re.Pattern[str]
    needs: frozenset[str]
    forbids: frozenset[str]


def _rule(pattern: str, needs: str = "", forbids: str = "", *, exact: bool = False) -> Rule:
    return Rule(re.compile(pattern, 0 if exact else re.I), frozenset(needs.split()), frozenset(forbids.split()))


_BE = "be was been"
_A = r"(?:an?|the|my|our|another|some)\s"
_HERE = (
    r"(?:\w+ly\s|here\s|over\s|up\s|down\s|back\s|out\s|full[- ]time\s|part[- ]time\s|remotely\s|right\s|now\s|just\s)*"
)
_NEW = r"(?:(?:an?|the|my|our|this)\s)?(?:\w+\s)?"
_JOB = r"(?:job|position|role|post|gig|contract|internship|traineeship)"
_JOB_AT = (
    r"(?:as\s(?:an?\s|the\s)?(?P<job>.+?)(?:\s(?:at|for|with)\s(?P<employer>.+))?$|(?:at|with|for)\s(?P<employer2>.+))"
)
_PERSON, _PET = one_of("person"), one_of("pet")
CARS = (
    "tesla|volvo|toyota|bmw|audi|volkswagen|vw|golf|ford|honda|nissan|leaf|polestar|kia|hyundai|mazda|skoda|škoda|subaru|"
    "peugeot|renault|fiat|mercedes|porsche|mini|seat|cupra|citroën|citroen|opel|vauxhall|jeep|byd|lexus|saab|prius|corolla|civic|"
    "yaris|passat|polo|suzuki|mitsubishi|dacia|chevy|chevrolet|dodge|land rover|range rover|rav4|zoe"
)
PHONES = "iphone|pixel|galaxy|samsung|fairphone|oneplus|nokia|xiaomi|huawei|motorola"
_LAPTOPS = "macbook|thinkpad|xps|chromebook|framework laptop|zenbook|lenovo"
_GET = r"(?:have got|has got|have|has|had|got|get|gets|getting|bought|buy|own|owns|adopted|rescued|picked up|ordered|leased|lease|acquired|purchased|welcomed|brought home)\s(?:myself\s|ourselves\s|himself\s|herself\s|me\s|us\s)?"
MONEY_PATTERN = r"(?:about\s|around\s|roughly\s|only\s|just\s)?(?:[$€£¥]\s?\d|\d[\d.,]*\s?(?:k\b|kr|nok|sek|dkk|eur|usd|gbp|euros?|dollars?|pounds?|crowns?|kroner|kronor|bucks|quid|cents|pence|%|[$€£]))"
MONEY = re.compile(MONEY_PATTERN, re.I)
_DIET = rf"{one_of('diet')}(?:\s(?:diet|and\s{one_of('diet')}))?"

RULES = (
    # home
    _rule(
        rf"(?:liv(?:e|es|ing|ed)|resid(?:e|es|ing)|based|settled|settling)\s{_HERE}(?:in|at|near|on|outside)\s(?P<home>.+)",
        forbids="was",
    ),
    _rule(
        r"(?:mov(?:e|es|ed|ing)|relocat(?:e|es|ed|ing))\s(?:house\s|home\s|back\s|over\s|out\s|up\s|down\s|away\s|again\s|abroad\s|across town\s)*"
        r"(?:from\s(?P<was_home>[^,.;]+?)\s)?(?:to|into)\s(?P<home>.+)"
    ),
    _rule(
        r"(?:bought|rented|renting|found|got|signed for)\s(?:an?|our|my)\s(?:\w+\s){0,2}"
        + one_of("dwelling")
        + r"\s(?:in|on|at)\s(?P<home>.+)"
    ),
    _rule(r"in\s(?P<home>[A-Z]\w+(?:\s[A-Z]\w+)*)\s(?:now|these days)\b", needs="be", exact=True),
    _rule(
        r"(?:enrolled|enrolling|studying|accepted|attends?|attending|go|goes|going|start|starts|started|switched|moved|transferred)\s(?:at\s|in\s|into\s|to\s)?(?P<school>(?:the\s)?[A-Z].*(?:University|College|School|Academy|Institute|Elementary|Primary|Kindergarten|High|Montessori)\b.*)",
        exact=True,
    ),
    _rule(r"(?:attends|attending|goes to school at)\s(?P<school>(?:the\s)?[A-Z].*)", exact=True),
    _rule(
        r"(?:joined|joining|signed up (?:at|for|with)|member of|go to|going to)\s(?P<gym>(?:the\s)?(?:[A-Z]\S*\s)*(?:YMCA|\S*[Ff]itness\S*|\S*[Gg]ym\S*|CrossFit)(?:\s[A-Z]\S*)*)",
        exact=True,
    ),
    _rule(
        r"(?:joined|joining)\s(?P<add_membership>(?:the\s|a\s|an\s)?(?:\S+\s){0,3}?(?:club|choir|band|church|league|party|library|class|orchestra|gang|scheme|group|society)\b.*)"
    ),
    _rule(r"(?:start|starts|begin|begins)\swork\s(?:now\s)?at\s(?P<work_start>\d.+|[a-z]+ (?:past|to).+)"),
    # work
    _rule(rf"work(?:s|ed|ing)?\s{_HERE}as\s(?:an?\s|the\s)?(?P<job>.+?)(?:\s(?:at|for|with)\s(?P<employer>.+))?$"),
    _rule(rf"work(?:s|ed|ing)?\s{_HERE}(?:at|for)\s(?P<employer>.+)"),
    _rule(rf"work(?:s|ing)?\s{_HERE}from\s(?P<work_place>home|the office|[A-Z].+)"),
    _rule(
        r"(?:with|at)\s(?P<employer>[A-Z][\w&.’'-]*(?:\s[A-Z][\w&.’'-]*)*)",
        needs="now",
        exact=True,
    ),
    _rule(r"work(?:s|ing)?\sin\s(?P<employer>an?\s.+|the\s.+)"),
    _rule(
        r"(?:join(?:s|ed|ing)?)\s(?:the\s(?:team|staff|crew)\s(?:at|of)\s)?(?P<employer>[A-Z][\w&.’'-]*(?:\s.+)?)$",
        exact=True,
    ),
    _rule(
        rf"(?:start(?:s|ed|ing)?|beg(?:in|an|inning)|beginning)\s(?:off\s)?(?:{_NEW}{_JOB}\s|work(?:ing)?\s)?{_JOB_AT}"
    ),
    _rule(
        rf"(?:got|get|landed|accepted|took|taken|taking|has|have|found|started?|starting|scored|offered)\s{_NEW}(?:new\s)?(?:job|position|role|gig|offer)\s(?:offer\s)?(?:as\s(?:an?\s|the\s)?(?P<job>.+?)(?:\s(?:at|for|with)\s(?P<employer>.+))?$|(?:at|with|from|for)\s(?P<employer2>.+))"
    ),
    _rule(rf"(?:got\s)?(?:hired|employed|recruited)\s(?:{_HERE})?(?:by|at)\s(?P<employer>.+)"),
    _rule(rf"(?:new\s)?{_JOB}\s(?:is\s)?(?:at|with)\s(?P<employer>.+)", needs=_BE),
    _rule(r"(?:got\s|been\s)?(?:promoted|advanced)\s(?:from\s(?P<was_job>.+?)\s)?to\s(?P<job>.+)"),
    _rule(
        r"(?:became|become|becoming|made|took over as|qualified as|retrained as|training as|employed as|hired as|appointed)\s(?:an?\s|the\s)?(?P<job_word>.+)"
    ),
    _rule(r"(?:switched|changed|moved)\s(?:careers?|jobs?)\s(?:and\s\w+\s\w+\s)?(?:to|at|into)\s(?P<employer>.+)"),
    _rule(
        r"(?P<employer>self[- ]employed|unemployed|freelance|freelancing|between jobs|on (?:parental|maternity|paternity|sick) leave|job[- ]hunting|out of work)\b",
        needs=_BE,
    ),
    _rule(r"(?P<job>retired)\b(?!\sfrom)"),
    _rule(
        rf"(?:quit|left|leaving|quitting|resigned|resigning|retired|(?:got\s)?(?:fired|laid off|made redundant|let go)|lost|finished up)\s(?:from\s|by\s|at\s)?(?:{_NEW}{_JOB}\b\s?)?(?:(?:at|with|from|in|by)\s(?P<end_employer>.+))?$"
    ),
    _rule(
        r"(?:quit|left|leaving|quitting|resigned from|retired from|fired (?:from|by)|laid off (?:from|by)|let go by|done with|finished with)\s(?P<end_any>(?!to\b|for\b).+)"
    ),
    # people
    _rule(
        rf"(?:got\s)?(?:engaged to|married to|married|dating|seeing|going out with|in a relationship with|together with)\s(?P<partner>{NAME})",
        exact=True,
    ),
    _rule(
        rf"(?:met|found|seeing|dating|started seeing|started dating)\s(?:someone|a (?:guy|girl|man|woman))(?:\snew)?,?\s(?:and\s)?(?:(?:his|her|their) name(?: is|['’]s)|(?:s?he['’]s )?called|named)\s(?P<partner>{NAME})",
        exact=True,
    ),
    _rule(rf"(?:got\s|officially\s|happily\s|newly\s)*(?P<relationship>{one_of('status')})\b", needs=_BE + " silent"),
    _rule(r"got\s(?P<relationship>married|engaged|divorced|separated)\b"),
    _rule(rf"(?:broke up|split up|split|broken up|separated|parted ways)\swith\s(?P<end_partner>{NAME})", exact=True),
    _rule(
        r"(?:(?:broke|split|broken) up|parted ways|over\b|no longer together|not together any ?more)(?!\swith)(?P<end_partner>)",
        needs="pair",
    ),
    _rule(rf"divorced\s(?P<end_partner>{NAME})", exact=True),
    # what somebody has
    _rule(
        rf"{_GET}(?P<add_person>(?:an?\s|\w+\s)?(?:\w+\s){{0,2}}?(?:{_PERSON}|{_PET}|boy|girl))\s?,?\s(?:named|called|whose name is|by the name of)\s(?P<name>{NAME})"
    ),
    _rule(
        rf"{_GET}(?P<add_person>(?:an?\s|\w+\s)(?:\w+\s){{0,2}}?(?:{_PERSON}|{_PET}|boy|girl)),\s(?P<name>{NAME})(?=\s*(?:[.!,;]|$))"
    ),
    _rule(
        rf"(?:adopted|rescued|got|bought)\s(?P<add_person>an?\s(?:[\w-]+\s){{0,2}}?(?:{_PET}))\s(?:and|who we)\s(?:we\s)?(?:named?|called)\s(?:him|her|it)?\s?(?P<name>{NAME})"
    ),
    _rule(
        rf"{_GET}(?P<add_pet>(?:an?|another)\s(?:[\w-]+\s){{0,3}}?(?!pet\b){_PET}\b(?=\s*(?:[.,;!]|$|(?:and|last|from|in|for|today|yesterday|this|who|with|two|a)\b)).*)"
    ),
    _rule(
        rf"{_GET}(?:an?\s)?(?:new\s|second[- ]hand\s|used\s)?(?P<kind>{one_of('vehicle', 'device')})\s?(?:,|:|–|-|—|\(|it['’]s)\s?(?P<value>.+)"
    ),
    _rule(
        rf"(?:{_GET}|driv(?:e|es|ing)\s|drove\s)(?P<car>(?:(?:an?|the|my|our)\s)?(?:[\w’'-]+\s){{0,4}}?(?:{CARS})\b.*)"
    ),
    _rule(r"driv(?:e|es|ing)\s(?:around in\s)?(?P<car>(?:an?|the|my)\s.+)"),
    _rule(r"rid(?:e|es|ing)\s(?P<bike>(?:an?|my)\s.+)"),
    _rule(
        rf"{_GET}(?P<value>(?:an?|the)\s(?:[\w-]+\s){{1,3}}?(?P<kind>{one_of('vehicle', 'device')}))(?=\s*(?:[.,;!]|$|now\b|today\b|yesterday\b|last\b|instead\b))"
    ),
    _rule(rf"charg(?:e|es|ed|ing)\s(?:me\s|us\s)?(?P<price>{MONEY_PATTERN}.*)"),
    _rule(r"on\s(?:the\s)?(?P<shift>\w+)\sshifts?\b", needs="be"),
    _rule(r"sav(?:e|es|ing)(?:\sup)?\sfor\s(?P<saving>.+)"),
    _rule(rf"(?:{_GET})(?P<phone>(?:an?|the)\s(?:[\w-]+\s){{0,2}}?(?:{PHONES})\b.*)"),
    _rule(rf"(?:{_GET})(?P<laptop>(?:an?|the)\s(?:[\w-]+\s){{0,2}}?(?:{_LAPTOPS})\b.*)"),
    _rule(
        rf"{_GET}(?:an?\s|our\s|my\s|the\s)(?:new\s)?(?P<thing>(?:[\w-]+\s){{0,3}}?{one_of('event')}(?:\swith\s[\w. ]+?)?)\s(?:booked\s|scheduled\s|coming up\s)?(?P<value>(?:on|at|this|next|tomorrow|today|from|in)\b.+)"
    ),
    _rule(
        rf"(?:booked|scheduled|arranged|made)\s(?:an?\s|our\s|my\s|the\s)?(?:new\s)?(?P<thing>(?:[\w-]+\s){{0,3}}?{one_of('event')})\s(?:for\s|with\s[\w. ]+?\s)?(?P<value>(?:on|at|this|next|tomorrow|the|from|in|[A-Z]|\d).+)"
    ),
    _rule(
        rf"{_GET}(?:an?\s|our\s|my\s)(?:new\s)(?P<thing>(?:[\w-]+\s){{0,2}}[\w-]+)\s?(?:,|:|–|-|—|\(|it['’]s|which is)\s?(?P<value>.+)"
    ),
    # habits and health
    _rule(rf"(?P<diet>(?:(?:strictly|fully|completely|mostly)\s)?{_DIET})\b", needs=_BE),
    _rule(
        rf"(?:went|gone|going|turned|turning|became|become|becoming|go|eat|eats|eating|follow|following|started|starting|trying|try|doing|do|on)\s(?:an?\s|the\s|eating\s|with\s|fully\s|completely\s|back to\s)*(?P<diet>{_DIET})\b"
    ),
    _rule(
        r"(?:(?:started\s|back to\s)*eat(?:ing|s)?)\s(?P<diet>(?:meat|fish|chicken|dairy|everything|animal products)\b(?:\sand\s\w+)?(?:\sagain)?)",
        forbids="neg",
    ),
    _rule(r"allergic to\s(?P<add_allergy>.+)", needs=_BE),
    _rule(r"(?P<add_allergy>[\w-]+(?:\s[\w-]+)?)[\s-](?:intolerant|allergic)", needs=_BE),
    _rule(r"(?:have|has|developed|got|have got)\s(?:an?\s)(?:\w+\s)?(?P<add_allergy>[\w-]+)\sallergy"),
    _rule(r"diagnosed with\s(?P<add_diagnosis>.+)"),
    _rule(
        r"(?:take|takes|taking|on|(?:put|started) (?P<whose_me>me) on|prescribed(?: me)?)\s(?P<medication>(?:[\w-]+\s){0,3}?\d[\d.,]*\s?(?:mg|milligrams?|mcg|µg|ml|units|iu|g|tablets?|pills?)\b.*)"
    ),
    _rule(r"drink(?:s|ing)?\s(?P<drink>.+)", forbids="neg was"),
    _rule(r"(?:down to|up to)\s(?P<weight>\d[\d.,]*\s?(?:kg|kilos?|kilograms?|pounds|lbs?|stone)\b)", needs="be"),
    _rule(r"weigh(?:s|ed|ing)?\s(?P<weight>\d.+)"),
    _rule(r"(?:turn(?:ed|s|ing)?|just turned)\s(?P<age>\d{1,3})\b"),
    _rule(r"(?P<age>\d{1,3})(?:\s(?:years?|yrs?)(?:[\s-]old)?|\sy/?o|(?=\s*(?:[.,!]|now|and|$)))", needs="be"),
    _rule(r"born\s(?:on|in)\s(?P<birthday>.+)", needs=_BE),
    _rule(r"(?:go(?:es)?|going)\sby\s(?P<own_name>.+)"),
    # what is paid
    _rule(
        rf"(?:pay|pays|paying|paid|charged?|charging me)\s(?P<value>{MONEY_PATTERN}.*?)\s(?:for|in|on)\s(?:my\s|our\s|the\s|an?\s)?(?P<priced>.+)",
        forbids="was",
    ),
    _rule(rf"(?:earn|earns|earning|make|makes|making)\s(?P<salary>{MONEY_PATTERN}.*)"),
    # what somebody does these days
    _rule(r"reading\s(?P<reading>.+)", needs="be silent"),
    _rule(
        r"(?:learn|learning|started learning|taking up|took up|picked up|started)\s(?P<learning>(?:to\s\w+.*|[A-Z]\w+.*|the\s(?:guitar|piano|violin|drums|cello|ukulele).*))",
        forbids="was",
        exact=True,
    ),
    _rule(
        r"(?:study|studies|studying|majoring in|major in|started studying)\s(?P<study>.+?)(?:\sat\s(?P<school>.+))?$"
    ),
    _rule(r"training for\s(?P<training>.+)"),
    _rule(
        r"(?:go|goes|going|train|trains|training|work out|signed up|sign up|joined|switched)\s(?:to\s|at\s|for\s|with\s)?(?P<gym>(?:the\s|an?\s)?(?:\S+\s){0,4}?(?:gym|fitness|crossfit)\b.*)"
    ),
    _rule(r"(?:bank|banking)\s(?:with|at)\s(?P<bank>.+)"),
    _rule(r"(?:wake|wakes|get|gets|getting|waking)\sup\s(?:at\s)(?P<wake_up_time>.+)"),
    _rule(r"(?:commute|commuting|get|getting|go|going)\sto\s(?:work|the office)\s(?:by|on|with)\s(?P<commute>.+)"),
    _rule(r"(?P<commute>cycle|bike|walk|drive|take the \w+|bus)\sto\s(?:work|the office)\b"),
    _rule(
        r"(?:play|plays|playing)\s(?:the\s)?(?P<add_instrument>guitar|piano|violin|drums|cello|flute|bass|saxophone|ukulele|trumpet)\b"
    ),
    _rule(
        r"(?:speak|speaks|fluent in)\s(?P<add_language>[A-Z]\w+)(?:\s(?:and|,)\s(?P<add_language2>[A-Z]\w+))?",
        exact=True,
    ),
    _rule(
        r"(?:booked|going|flying|travell?ing|off|heading|planning a trip|booked a trip|booked flights)\s(?:to go\s)?(?:to)\s(?P<trip>[A-Z]\w+.*)",
        needs="be future silent have",
        exact=True,
    ),
)

CHANGES = (
    _rule(
        rf"(?:dyed|painted|re-?painted|coloured|colored)\s(?P<whose>my|our|the|his|her|their)\s(?P<thing>[\w-]+(?:\s[\w-]+)?)\s(?P<value>(?:[\w-]+\s)?{one_of('colour')}\b.*)"
    ),
    _rule(
        r"(?:switch\w*|chang\w*|convert\w*|mov\w*|migrat\w*|transition\w*|went|gone|upgrad\w*|downgrad\w*)\s(?:\w+\s){0,3}?from\s(?P<old>.+?)\s(?:over\s)?(?:to|into)\s(?P<new>.+)"
    ),
    _rule(
        r"(?:replac\w*|swapp?\w*|trad(?:e|ed|ing)|exchang\w*|ditch\w*|dropp?\w*|left|leaving|sold|gave up|dump\w*|cancel\w*|quit|switched|switching|changed)\s(?:in\s|out\s)?(?P<old>[^.;]+?)\s(?:in\s|out\s)?(?:for|with|and\s(?:got|bought|switched to|went with|signed up for|moved to|joined|went to))\s(?P<new>.+)"
    ),
    _rule(
        r"(?:chang\w*|switch\w*|updat\w*|mov\w*|push\w*|reschedul\w*|postpon\w*|shift\w*|rais\w*|lower\w*|increas\w*|reduc\w*|set|renam\w*|re-?paint\w*|dyed|painted|upp?\w*|bump\w*)\s(?P<whose>my|our|the|his|her|their)\s(?P<thing>.+?)\s(?:back\s|forward\s|up\s|down\s|over\s)?(?:from\s.+?\s)?(?:to|for|until)\s(?P<value>.+)"
    ),
    _rule(
        r"(?:chang\w*|switch\w*)\s(?P<plain_thing>gyms?|banks?|doctors?|dentists?|therapists?|phones?|providers?|insurers?|schools?|teams?|majors?|cars?|hairdressers?|coaches|coach|roles?)\s(?:over\s)?(?:to|from\s.+?\sto)\s(?P<value>.+)"
    ),
    _rule(
        r"(?:sold|got rid of|cancell?ed|stopped|gave up|returned|lost|gave away|scrapped|wrecked|dropped|finished|no longer have|came off|come off|stopped taking|stopped going to|stopped using|unsubscribed from|stopped paying for)\s(?:my\s|our\s|the\s)?(?P<end_any>.+)"
    ),
    _rule(
        r"(?:switch\w*|upgrad\w*|chang\w*|convert\w*|downgrad\w*|going|went|gone)\s(?:over\s|back\s)?(?:to|with|for)\s(?P<new>.+)"
    ),
)

BECAME = re.compile(
    r"(?:got\s|been\s|being\s|was\s)?(?:moved|changed|rescheduled|pushed|postponed|shifted|raised|increased|lowered|reduced|went up|gone up|went down|gone down|"
    r"going up|going down|goes up|goes down|rose|risen|dropped|jumped|cut|switched|updated|set|upped|bumped|delayed|brought|put|renamed|repainted|painted|increased|decreased|climbed|fell|rises|moving|changing|turned|became)\s"
    r"(?:back\s|forward\s|up\s|down\s|over\s|off\s)?(?:again\s)?(?:from\s.+?\s)?(?:to|for|until|by|into)\s(?P<value>.+)",
    re.I,
)
"""What a thing came to be: "has been moved to Friday", "went up to 950 euros"."""

OVER = re.compile(
    r"(?:been\s|got\s|is\s)?(?:cancell?ed|called off|closed|over|gone|dead|broken beyond repair|stolen|passed away|died)\b|(?:passed away|died)\b",
    re.I,
)

BESIDE = re.compile(
    rf"\b(?:[Mm]y|[Oo]ur)\s(?P<person>(?:[a-z-]+\s)?(?:{_PERSON}|{_PET})),?\s(?P<name>[A-ZÀ-Þ][a-zà-ÿ]+)\b(?!['’]s\s[a-z])"
)
"""A name beside what somebody is: "my sister Anna"."""

INSTEAD = (
    re.compile(
        r"(?:^|\s|['’]s\s)(?P<new>[^\s,.;][^,.;]*?),?\s(?:instead of|rather than|and not|not)\s(?P<old>[^,.;!]+)", re.I
    ),
    re.compile(
        r"\bnot\s(?P<old>[^,.;]+?)(?:\s(?:any\s?more|any longer))?\s?[,;:–—-]+\s?(?:but\s|it['’]s\s|now\s|make it\s|rather\s)*(?P<new>[^,.;!]+)",
        re.I,
    ),
)
MENDED = re.compile(
    r"\b(?:I meant|I mean|I misspoke|typo|my mistake|I was wrong|got that wrong|I said that wrong|misremembered|I mixed up)\b",
    re.I,
)
MAKE_IT = re.compile(
    r"^(?:(?:(?:no|nope|actually|sorry|oh|correction|wait|hmm|change of plan\w*|scratch that)\b[\s,:!.–—-]*)+"
    r"(?P<it>(?:let['’]s\s)?make (?:it|that)\s|(?:it|that)(?:['’]s| is)\s)?|(?:let['’]s\s)?make (?:it|that)\s|(?:it|that)(?:['’]s| is)\s(?:actually|now)\s)"
    r"(?:actually\s|now\s)?(?P<value>.+)",
    re.I,
)
ADDING = re.compile(r"\b(?:another|second|third|also|too|as well|additional)\b", re.I)
CALL_ME = re.compile(
    r"\b(?:call me|address me as|refer to me as|I go by)\s(?P<own_name>[A-ZÀ-Þ][\w.’-]*(?:\s[A-ZÀ-Þ][\w.’-]*)*)"
)
NEW_FAVOURITE = re.compile(
    rf"\s[a-z][\w'-]*\s(?P<value>{NAME})(?:\s[a-z][^.,;]*)?,?\s(?:and\s)?(?:it['’]s|which is|that['’]s|is)\s(?:now\s)?my\s(?:new\s)?(?P<thing>favou?rite\s[\w ]+?)(?=[.,;!]|\snow\b|$)"
)
"""A favourite that is told of by the way: "I just saw Past Lives and it's my new favourite movie"."""

INVERSE = re.compile(
    r"(?:now\s)?(?:my|our)\s(?:new\s|current\s|latest\s)?(?P<thing>[\w' -]+?)(?:\snow)?(?=[.,;!]|$)", re.I
)
"""What is said to be somebody's something: "Karin is my new boss"."""
