"""Words typed with an input method that was off: "nguyeenx" (Telex) and "Nguye64n" (VNI) are Nguyễn; pure.

A word is put right only when it is no syllable as it stands and is one afterwards, and only in a text without
a single diacritic, so that "Pasteur", "Rex" and house numbers such as 12A stay what they are.
"""

from __future__ import annotations

import re
import unicodedata

from gis.geocode.fold import has_marks, strip_marks

_TONES = {"s": "\u0301", "f": "\u0300", "r": "\u0309", "x": "\u0303", "j": "\u0323"}
_VNI_TONES = {"1": "\u0301", "2": "\u0300", "3": "\u0309", "4": "\u0303", "5": "\u0323"}
_HATS = {"a": "â", "e": "ê", "o": "ô"}
_ONSETS_TEXT = "b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x"
_ONSETS = _ONSETS_TEXT.split()
_RHYMES_TEXT = """
a ac ach ai am an ang anh ao ap at au ay ă ăc ăm ăn ăng ăp ăt â âc âm ân âng âp ât âu ây e ec em en eng eo
ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu o oa oac oach oai
oam oan oang oanh oao oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on ong op ot ô ôc ôi ôm ôn ông ôp
ôt ơ ơi ơm ơn ơp ơt u ua uân uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uy uya uych
uyên uyêt uynh uyt ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu y yêm yên yêt yêu
"""
_RHYMES = frozenset(_RHYMES_TEXT.split())
_STOPPED = re.compile(r"(?:c|ch|p|t)$")
_ONSET = re.compile("^(" + "|".join(sorted(_ONSETS, key=len, reverse=True)) + ")?(.*)$")
_VNI_WORD = re.compile(r"[^\W\d_]+\d[^\W_]*")
_WORD = re.compile(r"[^\W_]+")
_FOREIGN_TEXT = (
    "as best bis bus cats dist has his if is its mart market of off or park rex sky test tower us was"
    " room rooms door doors food foods book books wood moon pool school foot floor roof"
)
_FOREIGN = frozenset(_FOREIGN_TEXT.split())


def undo_typing(text: str) -> str:
    """The text with words typed in Telex or VNI as they were meant; any other text as it is."""
    if has_marks(text):
        return text
    for undo in (_from_telex, _from_vni):
        meant = {word: found for word in set(_WORD.findall(text)) if (found := undo(word)) is not None}
        sure = sum(1 for word in meant if _is_strange(word))
        if sure:
            return _replaced(text, meant)
    return text


def _replaced(text: str, meant: dict[str, str]) -> str:
    return _WORD.sub(lambda match: meant.get(match[0], match[0]), text)


def _is_strange(word: str) -> bool:
    """Whether nobody would write the word so who did not mean the marks."""
    low = word.lower()
    if any(c.isdigit() for c in low):
        return (
            bool(re.search(r"[a-z]\d+[a-z]", low)) or low[:2] == "d9" or bool(re.search(r"[a-z]\d\d$", low))
        )
    return not _is_syllable(low)


def _from_telex(word: str) -> str | None:
    low = word.lower()
    if not low.isalpha() or low in _FOREIGN or (_is_syllable(low) and not low.endswith(("f", "j", "w"))):
        return None
    if len(low) < 2 or not low.isascii():
        return None
    body, tone = low, ""
    first_vowel = re.search(r"[aeiouyw]", low)
    if first_vowel is None:
        return None
    for i in range(len(low) - 1, first_vowel.start(), -1):
        if low[i] in _TONES:
            body, tone = low[:i] + low[i + 1 :], _TONES[low[i]]
            break
    body = body.replace("dd", "đ", 1)
    body = re.sub(r"^d(.+)d$", r"đ\1", body)
    for letter, hat in _HATS.items():
        body = re.sub(rf"{letter}{letter}|{letter}([iuy]?[mnpctgh]*){letter}$", rf"{hat}\1", body)
    body = body.replace("uow", "ươ").replace("uwow", "ươ").replace("uwo", "ươ").replace("aw", "ă")
    body = re.sub(r"ow", "ơ", re.sub(r"uw", "ư", body))
    body = re.sub(r"^([^aeiouy]*)w", r"\1ư", body)
    if body.endswith("w"):
        body = re.sub(r"uo([nmcptgiu]*)w$", r"ươ\1", body)
        body = re.sub(r"o([nmpti]*)w$", r"ơ\1", body)
        body = re.sub(r"u([nmctgiua]*)w$", r"ư\1", body)
        body = re.sub(r"a([nmcptg]*)w$", r"ă\1", body)
    return _put(word, body, tone) if (body, tone) != (low, "") else None


def _from_vni(word: str) -> str | None:
    if not _VNI_WORD.fullmatch(word) or not word.isascii():
        return None
    body, tone = word.lower(), ""
    body = re.sub(r"^d9", "đ", body)
    body = re.sub(r"^d(\D+.*)9", r"đ\1", body)
    for i in range(len(body) - 1, 0, -1):
        if body[i] in _VNI_TONES:
            body, tone = body[:i] + body[i + 1 :], _VNI_TONES[body[i]]
            break
    body = re.sub(r"u7?o7|uo([a-z]*)7", lambda m: "ươ" + (m[1] or ""), body)
    for figure, pairs in {"6": _HATS, "7": {"u": "ư", "o": "ơ"}, "8": {"a": "ă"}}.items():
        for letter, mark in pairs.items():
            body = re.sub(rf"{letter}([a-z]*){figure}", rf"{mark}\1", body, count=1)
    return _put(word, body, tone)


def _put(word: str, body: str, tone: str) -> str | None:
    """The syllable with its tone, in the word's own case; None when that is none."""
    if not _is_syllable(body) or (tone and _STOPPED.search(body) and tone not in {"\u0301", "\u0323"}):
        return None
    vowels = [i for i, c in enumerate(body) if strip_marks(c) in "aeiouy"]
    marked = [i for i in vowels if body[i] in "ăâêôơư"]
    at = marked[-1] if marked else vowels[-1] if body[-1] not in "aeiouy" else vowels[max(0, len(vowels) - 2)]
    meant = unicodedata.normalize("NFC", body[: at + 1] + tone + body[at + 1 :])
    return meant.upper() if word.isupper() else meant.capitalize() if word[0].isupper() else meant


def _is_syllable(word: str) -> bool:
    match = _ONSET.match(word)
    if match is None:
        return False
    if match[2] in _RHYMES:
        return True
    if word.startswith("qu") and word[1:] in _RHYMES:
        return True
    return word in _RHYMES or (word.startswith("gi") and "i" + word[2:] in _RHYMES)
