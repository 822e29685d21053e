"""Languages: BCP-47 tags, names, writing direction, and the codes each model family gives them.

Data, not policy: which model writes which language stands in the catalogue.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from summarizer.errors import UsageError


@dataclass(frozen=True, slots=True)
class Language:
    """One language."""

    tag: str
    """BCP-47 primary subtag: "it"."""
    name: str
    """English name: "Italian"."""
    iso3: str
    """ISO 639-3 code, as in OPUS-MT's target tags (>>fra<<)."""
    nllb: str
    """FLORES-200 code: "ita_Latn"."""
    mbart: str | None
    """mBART code ("it_IT"), None where mBART-50 lacks the language."""

    @property
    def right_to_left(self) -> bool:
        """True if it is written from right to left."""
        return self.nllb.endswith(("_Arab", "_Hebr"))


# tag name iso3 nllb mbart
_TABLE = """
af Afrikaans afr afr_Latn af_ZA
ar Arabic ara arb_Arab ar_AR
bg Bulgarian bul bul_Cyrl -
bn Bengali ben ben_Beng bn_IN
ca Catalan cat cat_Latn -
cs Czech ces ces_Latn cs_CZ
cy Welsh cym cym_Latn -
da Danish dan dan_Latn -
de German deu deu_Latn de_DE
el Greek ell ell_Grek -
en English eng eng_Latn en_XX
es Spanish spa spa_Latn es_XX
et Estonian est est_Latn et_EE
eu Basque eus eus_Latn -
fa Persian fas pes_Arab fa_IR
fi Finnish fin fin_Latn fi_FI
fr French fra fra_Latn fr_XX
ga Irish gle gle_Latn -
gl Galician glg glg_Latn gl_ES
he Hebrew heb heb_Hebr he_IL
hi Hindi hin hin_Deva hi_IN
hr Croatian hrv hrv_Latn hr_HR
hu Hungarian hun hun_Latn -
id Indonesian ind ind_Latn id_ID
is Icelandic isl isl_Latn -
it Italian ita ita_Latn it_IT
ja Japanese jpn jpn_Jpan ja_XX
kk Kazakh kaz kaz_Cyrl kk_KZ
ko Korean kor kor_Hang ko_KR
lt Lithuanian lit lit_Latn lt_LT
lv Latvian lav lvs_Latn lv_LV
mk Macedonian mkd mkd_Cyrl mk_MK
mt Maltese mlt mlt_Latn -
nl Dutch nld nld_Latn nl_XX
no Norwegian nob nob_Latn -
pl Polish pol pol_Latn pl_PL
pt Portuguese por por_Latn pt_XX
ro Romanian ron ron_Latn ro_RO
ru Russian rus rus_Cyrl ru_RU
sk Slovak slk slk_Latn -
sl Slovenian slv slv_Latn sl_SI
sq Albanian sqi als_Latn -
sr Serbian srp srp_Cyrl -
sv Swedish swe swe_Latn sv_SE
sw Swahili swa swh_Latn sw_KE
th Thai tha tha_Thai th_TH
tr Turkish tur tur_Latn tr_TR
uk Ukrainian ukr ukr_Cyrl uk_UA
ur Urdu urd urd_Arab ur_PK
vi Vietnamese vie vie_Latn vi_VN
zh Chinese zho zho_Hans zh_CN
"""


# languages of the table that M2M100 was not trained on; it writes all others by their tags
_NOT_IN_M2M100 = frozenset({"eu", "mt"})


@cache
def _languages() -> dict[str, Language]:
    rows = (line.split() for line in _TABLE.strip().splitlines())
    return {
        tag: Language(tag, name, iso3, nllb, None if mbart == "-" else mbart) for tag, name, iso3, nllb, mbart in rows
    }


@cache
def _aliases() -> dict[str, str]:
    names = {language.name.lower(): language.tag for language in _languages().values()}
    codes = {language.iso3: language.tag for language in _languages().values()}
    return names | codes | {"iw": "he", "nb": "no", "in": "id", "cmn": "zh", "arb": "ar"}


def language(text: str) -> Language:
    """The language a user means by a tag ("fr", "fr-CA", "pt_BR"), an ISO 639-3 code or an English name.

    Raises:
        UsageError: no such language is known here.
    """
    wanted = text.strip().lower().replace("_", "-")
    tag = _aliases().get(wanted) or wanted.split("-")[0]
    tag = _aliases().get(tag, tag)
    try:
        return _languages()[tag]
    except KeyError:
        raise UsageError(f"unknown language {text!r}: give a tag such as en, fr or pt-BR") from None


def code_of(system: str, tag: str) -> str | None:
    """The code of a language in a system of codes: "bcp47", "iso3", "nllb", "mbart" or "m2m100".

    None where the system has no code for it.

    Raises:
        KeyError: an unknown system.
        UsageError: an unknown tag.
    """
    found = language(tag)
    return {
        "bcp47": found.tag,
        "iso3": found.iso3,
        "nllb": found.nllb,
        "mbart": found.mbart,
        "m2m100": None if found.tag in _NOT_IN_M2M100 else found.tag,
    }[system]


def language_name(tag: str) -> str:
    """English name of a tag; the tag itself where it is not in the table."""
    found = _languages().get(tag)
    return found.name if found else tag
