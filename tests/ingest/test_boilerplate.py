"""Furniture of web pages goes, with a reason; sentences stay, whatever words are in them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from summarizer.article import Article

Read = Callable[..., Article]

FURNITURE = {
    "Condividi Tweet Copia Collegamento Stampa / Salva come PDF HOMEPAGE": "share buttons and page links",
    "HOMEPAGE Stampa / Salva come PDF Copia Collegamento Tweet Condividi": "share buttons and page links",
    "Condividi": "share buttons and page links",
    "Condividi su Facebook | Condividi su X | Invia per email": "share buttons and page links",
    "Facebook Twitter WhatsApp LinkedIn Email": "share buttons and page links",
    "Condividi 128 Tweet 45": "share buttons and page links",
    "Condividi l'articolo con gli amici": "share buttons and page links",
    "Torna su": "share buttons and page links",
    "Torna alla home page": "share buttons and page links",
    "Lascia un commento": "share buttons and page links",
    "Chi siamo | Contatti | Pubblicità | Privacy": "share buttons and page links",
    "LEGGI ANCHE: Il drone turco che piace a Mosca": "link to another article",
    "Leggi anche: «Il drone turco». Ecco i numeri": "link to another article",
    "Leggi anche Il drone turco che piace a Mosca": "link to another article",
    "Ti potrebbe interessare": "link to another article",
    "Continua a leggere →": "link to the full text",
    "© RIPRODUZIONE RISERVATA": "copyright notice",
    "Riproduzione riservata © Copyright ANSA": "copyright notice",
    "© 2024 Il Giornale S.p.A. - Tutti i diritti riservati": "copyright notice",
    "Tutti i diritti riservati": "copyright notice",
    "Questo sito utilizza i cookie per offrirti una migliore esperienza di navigazione.": "cookie notice",
    "Accetta i cookie per continuare a vedere il video": "cookie notice",
    "Continuando a navigare accetti l'uso dei cookie.": "cookie notice",
    "Iscriviti alla nostra newsletter per ricevere le notizie ogni mattina.": "newsletter or channel prompt",
    "Segui il nostro canale WhatsApp": "newsletter or channel prompt",
    "Resta aggiornato con le notifiche in tempo reale": "newsletter or channel prompt",
    "Sei già abbonato? Accedi": "subscription prompt",
    "Questo contenuto è riservato agli abbonati": "subscription prompt",
    "Abbonati a 1 € al mese": "subscription prompt",
    "Per continuare a leggere, accedi o abbonati": "subscription prompt",
    "Tempo di lettura: 3 minuti": "reading time",
    "3 min di lettura": "reading time",
    "Tag: Turchia, Kazakistan, droni": "tags",
    "#turchia #kazakistan": "tags",
    "Home > Esteri > Asia": "breadcrumb",
    "Contenuto sponsorizzato": "advertisement",
    "PUBBLICITÀ": "advertisement",
    "00:00 / 03:21": "video player",
}

SENTENCES = [
    "La foto è stata condivisa su Facebook da migliaia di persone.",
    "Condividi et impera, diceva ridendo il vecchio sindaco del paese.",
    "Leggi anche i giornali stranieri, se vuoi capire il mondo.",
    "Abbonati in crescita per il canale Telegram della squadra",
    "Abbonati a quota diecimila: la Lazio supera il record",
    "Registrati dodici casi di morbillo, allarme sui social e nelle notizie locali",
    "Accettare i cookie o pagare: il dilemma dei siti di notizie",
    "Il Garante della privacy ha multato un sito che utilizza i cookie senza consenso.",
    "Attiva dal 2010, la società offre un abbonamento per leggere i giornali.",
    "Stampa e televisione hanno parlato del caso per settimane.",
    "Riproduzione vietata per le opere di Caravaggio, decide la Corte",
    "Da non perdere: la finale di stasera a Torino.",
    "Scarica l'app dal sito del ministero, poi inserisci il codice.",
    "Il tempo di lettura dei giovani è sceso a tre minuti al giorno.",
    "Home sweet home, scriveva sul diario prima di partire.",
    "Mi piace pensare che non sia finita, ha detto il ministro.",
    "La Stampa, il Corriere e Repubblica hanno aperto con la notizia.",
    "Argomenti deboli, secondo il giudice: la difesa non convince.",
    "Copyright e intelligenza artificiale, le nuove regole europee",
    "Il tag «Turchia» è stato usato due milioni di volte su X.",
]


@pytest.mark.parametrize(("line", "reason"), FURNITURE.items())
def test_furniture_on_a_line_of_its_own_goes(read_text: Read, body: tuple[str, ...], line: str, reason: str) -> None:
    article = read_text("\n\n".join((body[0], line, body[1])))
    assert [block.text for block in article.blocks] == [body[0], body[1]]
    assert [(piece.text, piece.reason) for piece in article.dropped] == [(line, reason)]


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_about_the_same_things_stay(read_text: Read, body: tuple[str, ...], sentence: str) -> None:
    article = read_text("\n\n".join((body[0], sentence, body[1])))
    assert [block.text for block in article.blocks] == [body[0], sentence, body[1]]
    assert article.dropped == ()


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentences_stay_at_the_end_of_a_paragraph_too(read_text: Read, body: tuple[str, ...], sentence: str) -> None:
    article = read_text("\n\n".join((f"{body[0]} {sentence}", body[1])))
    assert article.blocks[0].text == f"{body[0]} {sentence}"


@pytest.mark.parametrize(
    ("tail", "reason"),
    [
        ("Condividi Tweet Copia Collegamento Stampa", "share buttons and page links"),
        ("Facebook Twitter WhatsApp", "share buttons and page links"),
        ("© RIPRODUZIONE RISERVATA", "copyright notice"),
        ("Riproduzione riservata © Copyright ANSA", "copyright notice"),
        ("LEGGI ANCHE: Il drone turco che piace a Mosca", "link to another article"),
        ("Leggi anche > Il drone turco che piace a Mosca", "link to another article"),
        ("Continua a leggere", "link to the full text"),
        ("Tag: Turchia, droni", "tags"),
    ],
)
def test_only_the_tail_is_cut_from_a_real_paragraph(
    read_text: Read, body: tuple[str, ...], tail: str, reason: str
) -> None:
    article = read_text("\n\n".join((f"{body[0]} {tail}", body[1])))
    assert [block.text for block in article.blocks] == [body[0], body[1]]
    assert [(piece.text, piece.reason) for piece in article.dropped] == [(tail, reason)]


@pytest.mark.parametrize("word", ["Stampa", "Facebook", "Foto Video"])
def test_a_word_or_two_behind_a_full_stop_may_be_text_and_stay(
    read_text: Read, body: tuple[str, ...], word: str
) -> None:
    assert read_text(f"{body[0]} {word}\n\n{body[1]}").blocks[0].text == f"{body[0]} {word}"


def test_a_short_sentence_before_a_copyright_notice_stays(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(f"{body[0]}\n\nOra sono in carcere. ©RIPRODUZIONE RISERVATA")
    assert article.blocks[1].text == "Ora sono in carcere."


def test_several_tails_behind_each_other_all_go(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text(f"{body[0]} © RIPRODUZIONE RISERVATA Condividi Tweet")
    assert [block.text for block in article.blocks] == [body[0]]


def test_share_buttons_on_lines_of_their_own_all_go(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text("\n".join((*body, "Condividi", "Facebook", "Stampa")))
    assert [block.text for block in article.blocks] == list(body)


def test_a_single_word_between_paragraphs_may_be_a_heading_and_stays(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join((body[0], "Facebook", body[1])))
    assert [(block.kind, block.text) for block in article.blocks][1] == ("heading", "Facebook")


def test_the_links_under_a_heading_for_links_go_with_it(read_text: Read, body: tuple[str, ...]) -> None:
    links = "LEGGI ANCHE\nIl drone turco che piace a Mosca\nAnkara e Astana, storia di un'alleanza"
    article = read_text("\n\n".join((body[0], links, body[1])))
    assert [block.text for block in article.blocks] == [body[0], body[1]]
    assert len(article.dropped) == 3


def test_a_sentence_in_the_same_run_of_lines_as_a_link_stays(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join((body[0], "LEGGI ANCHE\nIl drone turco\nIl governo però non cede.", body[1])))
    assert "Il governo però non cede." in [block.text for block in article.blocks]


def test_a_menu_above_the_article_goes_with_its_single_words(read_text: Read, body: tuple[str, ...]) -> None:
    article = read_text("\n\n".join(("Home\nMeteo\nAccedi\nAbbonati", "La manovra passa al Senato", *body)))
    assert article.title == "La manovra passa al Senato"


def test_furniture_goes_from_every_format(read_text: Read, body: tuple[str, ...]) -> None:
    markdown = read_text("\n\n".join(("# Titolo", *body, "Condividi Tweet")), name="a.md")
    assert "Condividi Tweet" in [piece.text for piece in markdown.dropped]


def test_a_headline_stated_as_such_is_never_furniture(read_text: Read, body: tuple[str, ...]) -> None:
    assert read_text("\n\n".join(("# Condividi", *body)), name="a.md").title == "Condividi"
