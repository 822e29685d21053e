"""A realistic report, as the whole program would make it of a short local news page, for every test of the forms."""

from __future__ import annotations

from dataclasses import replace

from summarizer.article import Article, Block, BlockKind, Dropped, Sentence
from summarizer.report import (
    Finding,
    Report,
    Severity,
    Summary,
    SummarySentence,
    TranslatedBlock,
    TranslatedSentence,
    Translation,
)

# Kind of block, then its sentences: Italian, English.
_BLOCKS: tuple[tuple[BlockKind, tuple[tuple[str, str], ...]], ...] = (
    (
        "title",
        (
            (
                "Bologna, il tram arriva in stazione: prime corse il 14 marzo",
                "Bologna, the tram reaches the station: first runs on 14 March",
            ),
        ),
    ),
    (
        "caption",
        (
            (
                "Un convoglio di prova in via Riva di Reno (foto di Marta Colli).",
                "A test train in via Riva di Reno (photo by Marta Colli).",
            ),
        ),
    ),
    (
        "body",
        (
            (
                "Dopo tre anni di cantieri, la prima linea del tram di Bologna aprirà al pubblico sabato 14 marzo.",
                "After three years of building work, the first line of the Bologna tram will open to the public on "
                "Saturday 14 March.",
            ),
            (
                "Lo ha annunciato ieri il sindaco nel corso di una conferenza stampa a Palazzo d'Accursio.",
                "The mayor announced it yesterday at a press conference at Palazzo d'Accursio.",
            ),
            (
                "La linea Rossa è lunga 16,5 chilometri e conta 34 fermate, dalla Fiera all'ospedale Maggiore.",
                "The Red line is 16.5 kilometres long and has 43 stops, from the trade fair to the Maggiore hospital.",
            ),
        ),
    ),
    (
        "body",
        (
            (
                "«È il cantiere più grande che la città abbia visto dal dopoguerra», ha detto l'assessora alla "
                "mobilità Valentina Orlandi.",
                "“It is the largest building site the city has seen since the war,” said Valentina Orlandi, the "
                "councillor for transport.",
            ),
            (
                "L'opera è costata 509 milioni di euro, quasi tutti fondi europei, contro i 480 previsti nel 2021.",
                "The work cost 509 million euros, almost all of it European funds, against the 480 planned in 2021.",
            ),
        ),
    ),
    ("heading", (("Orari e biglietti", "Times and tickets"),)),
    (
        "body",
        (
            (
                "Nei giorni feriali passerà un tram ogni cinque minuti, dalle 5.30 all'una di notte.",
                "On weekdays a tram will run every five minutes, from 5.30 a.m. to one at night.",
            ),
            (
                "Fino al 31 marzo si viaggerà gratis; poi basterà il biglietto urbano da 2,30 euro.",
                "Travel will be free until 31 March; after that the city ticket of 2.30 euros will be enough.",
            ),
        ),
    ),
    ("heading", (("Che cosa cambia per gli autobus", "What changes for the buses"),)),
    ("list", (("La linea 13 si ferma a Porta San Felice.", "Line 13 stops at Porta San Felice."),)),
    ("list", (("Le linee 19 e 36 passano da via Marconi.", "Lines 19 and 36 go along via Marconi."),)),
    (
        "list",
        (
            (
                "Il servizio notturno N3 è soppresso, salvo il venerdì e il sabato.",
                "The N3 night service is withdrawn, except on Fridays and Saturdays.",
            ),
        ),
    ),
    (
        "body",
        (
            (
                "I commercianti di via Saffi chiedono però ristori per le vetrine rimaste due anni dietro le reti.",
                "The shopkeepers of via Saffi, however, are asking for compensation for the windows that stood two "
                "years behind the fences.",
            ),
            (
                "Mo sòccmel, l'era ora!",
                "Mo sòccmel, l'era ora!",
            ),
            (
                "Il Comune ha promesso una risposta entro la fine di aprile.",
                "The city council has promised an answer by the end of April.",
            ),
        ),
    ),
)


def _finding(
    kind: str, severity: Severity, message: str, *, sentence: int | None = None, source: str = "", target: str = ""
) -> Finding:
    return Finding(kind, severity, sentence, source, target, message)


_SENTENCE_FINDINGS: dict[int, tuple[Finding, ...]] = {
    5: (
        _finding(
            "number", "warning", "The article says 34, the translation does not.", sentence=5, source="34", target="43"
        ),
    ),
    6: (
        _finding(
            "quotation",
            "note",
            "Quoted speech: compare it with the original before you print it.",
            sentence=6,
            source="È il cantiere più grande che la città abbia visto dal dopoguerra",
            target="It is the largest building site the city has seen since the war",
        ),
    ),
    16: (
        _finding(
            "untranslated",
            "error",
            "No translation was found; the original words stand in its place.",
            sentence=16,
            source="Mo sòccmel, l'era ora!",
            target="Mo sòccmel, l'era ora!",
        ),
    ),
}
_SUMMARY_FINDING = _finding(
    "unsupported", "warning", "A figure in the French summary is not in the article.", target="500 millions"
)


def sample_report() -> Report:
    """The report on an article of seventeen sentences, with four findings and two summaries."""
    blocks: list[Block] = []
    translated: list[TranslatedBlock] = []
    id = 0
    for index, (kind, pairs) in enumerate(_BLOCKS):
        blocks.append(Block(kind, " ".join(source for source, _ in pairs)))
        sentences = []
        start = 0
        for source, target in pairs:
            id += 1
            sentence = Sentence(id, index, start, start + len(source), source)
            start = sentence.end + 1
            sentences.append(TranslatedSentence(sentence, target, _SENTENCE_FINDINGS.get(id, ())))
        translated.append(TranslatedBlock(kind, tuple(sentences)))
    english = Summary(
        "en",
        "extractive",
        "summarizer/it-en-compact",
        "Apache-2.0",
        (
            SummarySentence(translated[2].sentences[0].text, (3,), 1.0),
            SummarySentence(translated[3].sentences[1].text, (7,), 1.0),
            SummarySentence(translated[5].sentences[1].text, (10,), 1.0),
        ),
    )
    french = Summary(
        "fr",
        "abstractive",
        "facebook/m2m100_418M",
        "MIT",
        (
            SummarySentence(
                "La première ligne du tram de Bologne, longue de 16,5 kilomètres, ouvrira le 14 mars.", (3, 5), 0.914
            ),
            SummarySentence("Les travaux ont coûté 500 millions d'euros.", (7,), 0.58),
            SummarySentence("Les habitants s'en réjouissent.", (), 0.12),
        ),
    )
    return Report(
        article=Article(
            path="news/2026/bologna-tram.html",
            sha256="5f2b6c0e9d1a4f7388b1c2d3e4f5a6b7c8d9eaf0b1c2d3e4f5a6b7c8d9eaf0b1",
            format="html",
            language="it",
            blocks=tuple(blocks),
            title=blocks[0].text,
            author="Giulia Ferri",
            date="2026-03-03",
            dropped=(Dropped("LEGGI ANCHE: Tutti i cantieri di primavera", "link to another article"),),
        ),
        translation=Translation("en", "summarizer/it-en-compact", "ctranslate2 int8", "Apache-2.0", tuple(translated)),
        summaries=(english, french),
        findings=(*(f for group in _SENTENCE_FINDINGS.values() for f in group), _SUMMARY_FINDING),
        signature="summarizer 0.1.0 | model it-en-compact@1 | ctranslate2 4.8.1 int8 | beam 2 | segmentation it-1",
        timings={"ingest": 0.0134, "segmentation": 0.0021, "translation": 0.61, "summarization": 0.21, "total": 0.8391},
    )


def with_translations(report: Report, language: str, texts: dict[int, str]) -> Report:
    """The same report with other words in the translation, by sentence id, in another language."""
    blocks = tuple(
        replace(block, sentences=tuple(replace(s, text=texts.get(s.sentence.id, s.text)) for s in block.sentences))
        for block in report.translation.blocks
    )
    return replace(report, translation=replace(report.translation, language=language, blocks=blocks))
