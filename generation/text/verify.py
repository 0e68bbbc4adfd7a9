"""Whether a sentence says only what its facts say.

Strict and lexical on purpose: every number, every name and every word of content must occur in the
facts, or be one of a few words that state nothing. Numbers keep their units, people their roles,
negation and comparison occur only in phrases copied from a fact.

What it does not know is grammar: which fact of several items a sentence is about, and what a
sentence means. It also cuts some sentences that are true: `tastemaker bench write` counts them.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence, Set

from .glue import GLUE, NOUNS, QUOTED_ONLY, RELATIONS, SUBJECTS, UNITS
from .implied import implied_words
from .people import without_counts
from .quantities import in_digits, literally, plain_number
from .sharing import SHARED_FACT, sharing_known

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MEASURE = re.compile(r"(\d+(?:[.,]\d+)*)(?:[\s-]+([a-z]+))?")
_SENTENCE_END = re.compile(
    r"(?<=[.!?…])(?<!\bMr\.)(?<!\bMrs\.)(?<!\bMs\.)(?<!\bDr\.)(?<!\bSt\.)(?<!\bvs\.)\s+"
)
_CITATION = re.compile(r"\[\d+\]")
_MARKUP = re.compile(r"(?i)https?:|www\.|[<>{}\\`|]")
_PLAIN = frozenset(" .,;:!?'\"“”‘()[]–—-…&/")
_QUOTE = re.compile(r"[“\"«]([^“”\"«»]*)[”\"»]")
_BOUND = re.compile(r"\b(?:over|above|up to|than|since|until|through|to)\s+[\d.,]*\d\b")
_PERCENT_OF = re.compile(r"\b\d+ ?% (?:of )?[a-z]+")
_OF_PEOPLE = re.compile(r"\bof (\d+) people\b")
_LABEL = re.compile(r"([^\W\d][\w' ]{1,30}): (.+)")
_VERB = re.compile(
    r"(?:is|was|has|had|are|were|stars|features|runs|shares|fits|suits|makes|brings|offers|tells"
    r"|will|would|should|may|might|could|can)\b"
)
# Claims that are made of words which state nothing alone.
_CLAIM = re.compile(
    r"\blove stor|\b(?:fans?|some|someone|you|they|we) (?:really )?"
    r"(?:love|like|enjoy|loved|liked|enjoyed|picked) (?:it|this|that|them|these)\b"
)
# A judgement of the answer itself, not of the item.
_FITS_BEST = re.compile(r"\b(?:fits?|suits?)(?: you)? best\b")
_ROLES = {"director": re.compile(r"direct"), "cast": re.compile(r"starr|stars?$|cast$|featur")}
_CLAUSE = re.compile(r"; |, and (?=[^,]+ (?:is|are|was|were)\b)")
_IS_LABEL = re.compile(r"(?P<values>.+?) (?:is|are|was|were) (?:its|the|his|her) (?P<label>[a-z]+)")
_LABEL_IS = re.compile(r"\b(?:its|the) (?P<label>[a-z]+) (?:is|are|was|were) (?P<values>.+)")
_DIMENSIONS = frozenset("long short high tall wide deep across heavy light".split())
"""What a measure may be said to be: `80 cm long`, but not `long`."""
_MEASURED = re.compile(rf"\d [a-z]* ?(?:(?:and|by) [a-z]+ )?({'|'.join(sorted(_DIMENSIONS))})\b")
_NAMED_LABEL = re.compile(r"(?P<names>(?:[A-Z][\w'’-]+ )+)(?P<label>[a-z]+)\b")
_ACTIVE = frozenset(("directs", "direct", "directing", "directed"))
_PERCENT_GLUE = (" of", " for", " in", " on", " with", " by", " and", " alcohol")
_BETWEEN = frozenset("by of and or the a an is was are were as include includes , :".split())


def supported(sentence: str, ground: Iterable[str]) -> bool:
    """Whether every number and every word of content in `sentence` occurs in `ground`.

    Args:
        ground: the texts of the facts that the sentence may rest on.
    """
    said = _CITATION.sub(" ", sentence)
    facts = [in_digits(fold(text)) for text in ground]
    plain = literally(fold(said), facts)
    if not _readable(plain, facts):
        return False
    if plain.strip() in {fact.strip() for fact in facts}:
        return True
    rest = without_counts(plain, facts, _KINDS)
    return (
        rest is not None
        and _names_known(said, facts)
        and _numbers_known(rest, [fact for fact in facts if not _OF_PEOPLE.match(fact)])
        and _words_known(plain, facts)
        and _claims_known(plain, facts)
        and _roles_known(said, facts)
        and _labels_known(said, plain, facts)
        and sharing_known(rest, facts, _GLUE_STEMS | _PLAIN_STEMS, _stem)
    )


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, in order, blanks dropped."""
    return [part.strip() for part in _SENTENCE_END.split(text.strip()) if part.strip()]


def _readable(plain: str, facts: Sequence[str]) -> bool:
    """At least one word; no markup, no signs but those of prose and of the facts."""
    signs = {c for c in plain if not c.isalnum()}
    allowed = _PLAIN.union(*facts)
    return bool(_WORD.search(plain)) and not _MARKUP.search(plain) and signs <= allowed


def _names_known(said: str, facts: Sequence[str]) -> bool:
    """Capitals make a name of words that would otherwise state nothing; names are exact."""
    known = {word for fact in facts for word in _words(fact)} | implied_words(facts)
    if not {word for name in _names(said) for word in _words(fold(name))} <= known:
        return False
    first, rest = _first_word(fold(said))
    return not _VERB.match(rest) or first in SUBJECTS or first in known


def _names(said: str) -> list[str]:
    """Words written with a capital, the first of the sentence and `I` aside."""
    words = [match.group() for match in _WORD.finditer(said)]
    first_is_name = len(words) > 1 and words[0].isupper() and len(words[0]) > 1
    rest = words if first_is_name else words[1:]
    return [word for word in rest if word[0].isupper() and word not in {"I", "I'm", "I've"}]


def _first_word(plain: str) -> tuple[str, str]:
    match = _WORD.search(plain)
    return (match.group(), plain[match.end() :].lstrip()) if match else ("", "")


def _numbers_known(plain: str, facts: Sequence[str]) -> bool:
    """Each number occurs in a fact with the unit that it has here, or without one as here."""
    stated = {pair for fact in facts for pair in _measures(fact)}
    if not all(_stated(pair, stated) for pair in _measures(plain)):
        return False
    phrases = [*_BOUND.findall(plain), *(m.group() for m in _OF_PEOPLE.finditer(plain))]
    phrases += [one for one in _PERCENT_OF.findall(plain) if not one.endswith(_PERCENT_GLUE)]
    return all(any(_has(fact, phrase) for fact in facts) for phrase in phrases)


def _has(fact: str, phrase: str) -> bool:
    """Whether a fact has a phrase; `75 % layout` is also said by `layout: 75 %`."""
    if phrase in fact:
        return True
    number, percent, word = phrase.partition("%")
    return fact.count("%") == 1 and bool(percent) and f"{number}%" in fact and word.strip() in fact


def _measures(text: str) -> list[tuple[str, str]]:
    """Numbers with the unit after them, if any; `of` stands for any unit: `3.9 of 5`."""
    pairs = []
    for number, word in _MEASURE.findall(text):
        unit = _stem(word) if word in UNITS else word if word in ("of", "out") else ""
        pairs.append((plain_number(number), unit))
    return pairs


def _stated(pair: tuple[str, str], stated: set[tuple[str, str]]) -> bool:
    number, unit = pair
    return any(number == n and (unit == u or unit in ("of", "out")) for n, u in stated)


def _words_known(plain: str, facts: Sequence[str]) -> bool:
    """Words of content are in a fact; the dangerous ones within a phrase copied from a fact."""
    known = {_stem(word) for fact in facts for word in _words(fact)} | _GLUE_STEMS
    implied = implied_words(facts)
    known |= {_stem(word) for word in implied if word not in _DIMENSIONS}
    known |= {_stem(match[1]) for match in _MEASURED.finditer(plain) if match[1] in implied}
    words = _words(_FITS_BEST.sub("fits", plain))
    nouns = [kind for kind in NOUNS if kind & set(words) and not kind & known]
    free = nouns[0] if len(nouns) == 1 else set()
    if not all(_stem(word) in known or word in free for word in words):
        return False
    copied = [f" {' '.join(_words(fact))} " for fact in facts]
    for place, word in enumerate(words):
        if word in QUOTED_ONLY or "n't" in word:
            start = max(0, min(place - 1, len(words) - 3))
            phrase = f" {' '.join(words[start : start + 3])} "
            after = f" {' '.join(words[place : place + 2])} "
            if word == "same" and any(after in fact for fact in copied):
                continue
            if not any(phrase in fact for fact in copied):
                return False
    return True


def _claims_known(plain: str, facts: Sequence[str]) -> bool:
    """Quotations are copied, and glue makes no claim of its own."""
    quoted = (text.strip(" .,!?…") for text in _QUOTE.findall(plain))
    if not all(any(text in fact for fact in facts) for text in quoted):
        return False
    claim = _CLAIM.search(plain)
    return claim is None or any(claim.group() in fact for fact in facts)


def _roles_known(said: str, facts: Sequence[str]) -> bool:
    """Names after `directed by` are directors in the facts, names after `starring` the cast."""
    return all(_roles_of(clause, facts) for clause in _CLAUSE.split(said))


def _roles_of(said: str, facts: Sequence[str]) -> bool:
    holders: dict[str, set[str]] = {role: set() for role in _ROLES}
    others: set[str] = set()
    for fact in facts:
        label = _LABEL.match(fact)
        role = next((r for r in _ROLES if label and r in label.group(1)), None)
        if label and role:
            holders[role] |= set(_words(label.group(2)))
        elif not fact.startswith(SHARED_FACT):
            others |= set(_words(fact))
    tokens = [
        match.group() for match in re.finditer(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*|[,;:]", said)
    ]
    for place, token in enumerate(tokens):
        word = fold(token)
        role = next((r for r, cue in _ROLES.items() if cue.match(word)), None)
        if place and (tokens[place - 1].isdigit() or token[0].isupper()):
            continue
        allowed = holders[role] if role else others | holders["director"]
        if role is None and (word != "by" or _in_a_name(tokens, place, facts)):
            continue
        if role == "director" and word in _ACTIVE and tokens[place + 1 : place + 2] != ["by"]:
            names = _run(tokens[:place][::-1], {"and", ","})  # `X directs Y`
            if not {part for name in names for part in _words(fold(name))} <= allowed:
                return False
            continue
        names = _run(tokens[place + 1 :], _BETWEEN)
        if not names and role and (place + 1 == len(tokens) or word not in ("cast", "director")):
            names = _run(tokens[:place][::-1], {"and"})
        if not {part for name in names for part in _words(fold(name))} <= allowed:
            return False
    return True


def _labels_known(said: str, plain: str, facts: Sequence[str]) -> bool:
    """What is called the label of a fact is one of its values: `France is its country`, `the Cedar
    Ridge winery`."""
    held: dict[str, set[str]] = {}
    labels: set[str] = set()
    for fact in facts:
        if (label := _LABEL.match(fact)) and not fact.startswith(SHARED_FACT):
            labels |= {word for word in _words(label.group(1)) if len(word) > 3}
            for word in _words(label.group(1)):
                held.setdefault(_stem(word), set()).update(map(_stem, _words(label.group(2))))
    for match in _NAMED_LABEL.finditer(said):
        # A sentence begins with a capital whatever its first word is.
        names = _words(fold(match["names"]))[0 if match.start() else 1 :]
        values = held.get(_stem(match["label"])) if match["label"] in labels else None
        if values is not None and not {_stem(name) for name in names} - _GLUE_STEMS <= values:
            return False
    for clause in _CLAUSE.split(plain):
        for match in (*_IS_LABEL.finditer(clause), *_LABEL_IS.finditer(clause)):
            values = held.get(_stem(match["label"]))
            stated = {_stem(word) for word in _words(match["values"])} - _GLUE_STEMS
            if values is not None and not stated <= values:
                return False
    return True


def _in_a_name(tokens: Sequence[str], place: int, facts: Sequence[str]) -> bool:
    """Whether a fact has a word between the same others: `Captured by the Philistines`."""
    around = fold(" ".join(tokens[max(place - 1, 0) : place + 3]))
    return place > 0 and tokens[place - 1][0].isupper() and any(around in fact for fact in facts)


def _run(tokens: Sequence[str], between: Set[str]) -> list[str]:
    """The names at the head of `tokens`, with what may stand between them."""
    names = []
    for token in tokens:
        if token[0].isupper():
            names.append(token)
        elif token.casefold() not in between:
            break
    return names


def fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes: the form in which words are compared."""
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def _words(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in _WORD.findall(text)]


def _stem(word: str) -> str:
    """Plural and verb endings off: enough to match `comedies` with `comedy`."""
    for ending, replacement in (("ies", "y"), ("es", ""), ("s", ""), ("ing", ""), ("ed", "")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)] + replacement
            break
    return word.rstrip("e") if len(word) > 3 else word


_GLUE_STEMS = {_stem(word) for word in GLUE | RELATIONS}
_KINDS = frozenset(word for kind in NOUNS for word in kind)
_PLAIN_STEMS = {_stem(word) for kind in NOUNS for word in kind} | {"too", "wel", "same"}
