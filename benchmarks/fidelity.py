"""Measures summarizer.fidelity: false alarms on human translations, and how many planted faults it finds.

    python benchmarks/fidelity.py DATA [--sets flores pud] [--seed 1] [--limit N] [--list KIND]

DATA is a folder with `dev/flores-dev.{it,en,…}` (FLORES-200 dev), `dev/pud.it-XX.tsv` (Parallel UD) and, for tuning,
`authored/it-en.tsv.xz` and `parallel/it-en.tsv.xz`. False alarms are counted on the pairs as they stand. For recall one
thing in a correct translation is damaged at a time; the fault is found if a finding of a fitting kind turns up that the
undamaged pair did not have. FLORES and PUD are for measuring only: nothing may be tuned on them.
"""

from __future__ import annotations

import argparse
import lzma
import random
import re
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from summarizer.fidelity import check_pair
from summarizer.report import Finding

Pair = tuple[str, str]
Damage = Callable[[str, str, random.Random], str | None]


def _list(words: str) -> list[str]:
    return words.split()


MONTHS = _list("January February March April May June July August September October November December")
WEEKDAYS = _list("Monday Tuesday Wednesday Thursday Friday Saturday Sunday")
NUMBER_WORDS = _list("three four five six seven eight nine ten eleven twelve twenty thirty forty fifty")
SCALES = _list("thousand million billion")
NATIONS = _list("French German Russian Turkish Chinese Japanese Polish Greek Swedish Indian Brazilian Mexican")
COUNTRIES = _list("France Germany Russia Turkey China Japan Poland Greece Sweden India Brazil Mexico Egypt Spain")
BEST_ALIGNED = {"rte3": 2.8, "gate": 99.0, "europarl-sinr": 1.9}
"""Highest alignment score (lower is better) of the pairs that are taken from each source of the parallel data."""


def _plain(data: Path, name: str, language: str) -> Iterator[Pair]:
    source = (data / "dev" / f"{name}.it").read_text(encoding="utf-8").splitlines()
    target = (data / "dev" / f"{name}.{language}").read_text(encoding="utf-8").splitlines()
    yield from zip(source, target, strict=True)


def _columns(path: Path, first: int, keep: Callable[[list[str]], bool] = lambda fields: True) -> Iterator[Pair]:
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if keep(fields):
                yield fields[first], fields[first + 1]


def load(data: Path, name: str, language: str) -> Iterator[Pair]:
    """The sentence pairs of a set: flores, pud, authored, or the name of a source of the parallel data."""
    if name == "flores":
        return _plain(data, "flores-dev", language)
    if name == "pud":
        return _columns(data / "dev" / f"pud.it-{language}.tsv", 0)
    if name == "authored":
        return _columns(data / "authored" / "it-en.tsv.xz", 1)
    best = BEST_ALIGNED.get(name, 2.0)
    return _columns(
        data / "parallel" / f"it-{language}.tsv.xz", 2, lambda fields: fields[0] == name and not float(fields[1]) > best
    )


def _replace_one(text: str, pattern: str, rng: random.Random, change: Callable[[str], str | None]) -> str | None:
    found = list(re.finditer(pattern, text))
    if not found:
        return None
    match = rng.choice(found)
    changed = change(match[0])
    return None if changed is None or changed == match[0] else text[: match.start()] + changed + text[match.end() :]


def _exchange(words: list[str]) -> Damage:
    pattern = rf"\b(?:{'|'.join(words)})\b"

    def damage(source: str, target: str, rng: random.Random) -> str | None:
        return _replace_one(target, pattern, rng, lambda word: rng.choice([w for w in words if w != word]))

    return damage


def change_digit(source: str, target: str, rng: random.Random) -> str | None:
    """One digit of a figure becomes another."""

    def change(number: str) -> str:
        places = [i for i, c in enumerate(number) if c.isdigit()]
        place = rng.choice(places)
        digits = "123456789" if place == places[0] else "0123456789"
        return number[:place] + rng.choice([d for d in digits if d != number[place]]) + number[place + 1 :]

    return _replace_one(target, r"\d+(?:[.,]\d+)*", rng, change)


def drop_figure(source: str, target: str, rng: random.Random) -> str | None:
    """A figure is left out."""
    return _replace_one(target, r"[$€£]?\d+(?:[.,]\d+)*(?:st|nd|rd|th|%|s\b)? ?", rng, lambda _: "")


def keep_italian_marks(source: str, target: str, rng: random.Random) -> str | None:
    """A figure keeps the Italian decimal comma and thousands point."""
    swap = str.maketrans(".,", ",.")
    return _replace_one(target, r"\b\d{1,3}(?:,\d{3})+(?:\.\d+)?\b|\b\d+\.\d\b", rng, lambda n: n.translate(swap))


def _shared_names(source: str, target: str) -> list[re.Match[str]]:
    """Capitalised words of four letters or more, inside the sentence, that both texts spell alike."""
    in_source = {m[0] for m in re.finditer(r"(?<=[^\W\d_][ ’'])[^\W\d_a-z][^\W\d_A-Z]{3,}\b", source)}
    inside = re.finditer(r"(?<=[^\W\d_][ ’'])[^\W\d_a-z][^\W\d_A-Z]{3,}\b", target)
    return [m for m in inside if m[0] in in_source and target.count(m[0]) == 1]


def mangle_name(source: str, target: str, rng: random.Random) -> str | None:
    """A letter of a name is exchanged, left out, put in, or changes places with the next one."""
    names = _shared_names(source, target)
    if not names:
        return None
    match = rng.choice(names)
    name, place, letter = match[0], rng.randrange(1, len(match[0]) - 1), rng.choice("abcdefghijklmnopqrstuvwxyz")
    mangled = rng.choice(
        [
            name[:place] + letter + name[place + 1 :],
            name[:place] + name[place + 1 :],
            name[:place] + letter + name[place:],
            name[:place] + name[place + 1] + name[place] + name[place + 2 :],
        ]
    )
    return None if mangled == name else target[: match.start()] + mangled + target[match.end() :]


def replace_name(others: list[str]) -> Damage:
    """A name becomes another one of the same set."""

    def damage(source: str, target: str, rng: random.Random) -> str | None:
        names = _shared_names(source, target)
        if not names:
            return None
        match, other = rng.choice(names), rng.choice(others)
        return None if other in source else target[: match.start()] + other + target[match.end() :]

    return damage


def drop_name(source: str, target: str, rng: random.Random) -> str | None:
    """A name is left out."""
    names = _shared_names(source, target)
    if not names:
        return None
    match = rng.choice(names)
    return target[: match.start()] + target[match.end() :].lstrip()


def drop_negation(source: str, target: str, rng: random.Random) -> str | None:
    """A "not" or "never" is left out, where the Italian has a negation."""
    if not re.search(r"\b(?:non|mai|nessun[oa]?|senza|né)\b", source, re.IGNORECASE):
        return None
    return _replace_one(target, r"(?:\b(?:not|never)\b |n['’]t\b|(?<=can)not\b)", rng, lambda _: "")


def drop_quotation_marks(source: str, target: str, rng: random.Random) -> str | None:
    """All quotation marks are left out, where the Italian has some around three words or more."""
    if not re.search(r"[«“\"][^«»“”\"]* [^«»“”\"]* [^«»“”\"]*[»”\"]", source):
        return None
    bare = re.sub(r"[«»“”\"‘]|''|(?<=[\w.,!?])['’](?!\w)|(?<!\w)['’](?=\w)", "", target)
    return None if bare == target or not re.search(r"[«»“”\"]", target) else bare


def drop_one_quotation_mark(source: str, target: str, rng: random.Random) -> str | None:
    """One of several quotation marks is left out."""
    if len(re.findall(r"[«»“”\"]", source)) % 2:
        return None
    return _replace_one(target, r"[“”\"]", rng, lambda _: "") if len(re.findall(r"[“”\"]", target)) % 2 == 0 else None


@dataclass(frozen=True)
class Fault:
    """A kind of fault to plant, and the kinds of finding that count as seeing it."""

    name: str
    damage: Damage
    kinds: frozenset[str]


def faults(pairs: list[Pair]) -> list[Fault]:
    """All faults; the names that replace others come from the pairs themselves."""
    others = sorted({m[0] for source, target in pairs for m in _shared_names(source, target)}) or ["Rossi"]
    number, name = frozenset({"number", "date"}), frozenset({"name"})
    return [
        Fault("digit changed", change_digit, number),
        Fault("figure dropped", drop_figure, number),
        Fault("number word exchanged", _exchange(NUMBER_WORDS), number),
        Fault("million, billion exchanged", _exchange(SCALES), number),
        Fault("Italian 1.234,5 kept", keep_italian_marks, number),
        Fault("month exchanged", _exchange(MONTHS), number),
        Fault("weekday exchanged", _exchange(WEEKDAYS), number),
        Fault("name mangled", mangle_name, name),
        Fault("name replaced", replace_name(others), name),
        Fault("name dropped", drop_name, name),
        Fault("country exchanged", _exchange(COUNTRIES), name),
        Fault("nationality exchanged", _exchange(NATIONS), name),
        Fault("negation dropped", drop_negation, frozenset({"negation"})),
        Fault("quotation marks dropped", drop_quotation_marks, frozenset({"quotation"})),
        Fault("one quotation mark dropped", drop_one_quotation_mark, frozenset({"quotation"})),
    ]


def _key(finding: Finding) -> tuple[str, str, str, str]:
    return finding.kind, finding.message, finding.source, finding.target


def measure(pairs: list[Pair], language: str, seed: int, listed: str | None) -> None:
    """Prints both tables for one set."""
    started = time.process_time()
    before = [check_pair(source, target, language) for source, target in pairs]
    spent = time.process_time() - started
    errors = sum(any(f.severity == "error" for f in findings) for findings in before)
    print(f"pairs {len(pairs)}   {spent / len(pairs) * 1e6:.0f} µs of processor time a pair")
    print(f"with an error   {errors:5d}  {errors / len(pairs):6.1%}")
    print(f"with any        {sum(map(bool, before)):5d}  {sum(map(bool, before)) / len(pairs):6.1%}")
    for kind in ("number", "date", "name", "quotation", "negation", "vulgarity"):
        of_kind = [[f for f in findings if f.kind == kind] for findings in before]
        severe = sum(any(f.severity == "error" for f in findings) for findings in of_kind)
        print(f"  {kind:12s}  {sum(map(bool, of_kind)) / len(pairs):6.1%}  of them errors {severe / len(pairs):6.1%}")
        if listed == kind:
            for (source, target), findings in zip(pairs, of_kind, strict=True):
                for finding in findings:
                    print(f"    {finding.severity}: {finding.message}\n      {source}\n      {target}")
    if language != "en":
        return
    shares = []
    for fault in faults(pairs):
        rng = random.Random(seed)
        planted = found = severe = 0
        for (source, target), known in zip(pairs, before, strict=True):
            damaged = fault.damage(source, target, rng)
            if damaged is None:
                continue
            planted += 1
            old = {_key(finding) for finding in known}
            new = [f for f in check_pair(source, damaged, language) if f.kind in fault.kinds and _key(f) not in old]
            found += bool(new)
            severe += any(f.severity == "error" for f in new)
            if not new and listed == fault.name:
                print(f"    missed: {source}\n      {damaged}")
        if planted:
            shares.append(found / planted)
            share, errors_share = found / planted, severe / planted
            print(f"  {fault.name:28s} {found:5d} of {planted:5d}  {share:6.1%}  as errors {errors_share:6.1%}")
    print(f"  mean recall {statistics.mean(shares):.1%}")


def main(arguments: list[str] | None = None) -> int:
    """Runs the measurements named on the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--sets", nargs="+", default=["flores", "pud"], metavar="SET")
    parser.add_argument("--language", default="en", help="of the translations; recall is measured for English only")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=None, help="take N pairs of each set, chosen by the seed")
    parser.add_argument("--list", dest="listed", default=None, help="print findings of a kind, or what a fault missed")
    options = parser.parse_args(arguments)
    check_pair("Il 10 maggio a Roma.", "On May 10 in Rome.", options.language)
    for name in options.sets:
        pairs = list(islice(load(options.data, name, options.language), 700_000))
        if options.limit is not None and len(pairs) > options.limit:
            pairs = random.Random(options.seed).sample(pairs, options.limit)
        if not pairs:
            parser.error(f"{options.data}: no pairs of the set {name} for it-{options.language}")
        print(f"\n{name}, it-{options.language}, seed {options.seed}")
        measure(pairs, options.language, options.seed, options.listed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
