"""The words of web furniture on Italian news pages: what share bars, link boxes, notices and prompts say.

Data only; `boilerplate` decides with it. A pattern must never match a sentence that a journalist could have written.
"""

from __future__ import annotations

import re
from typing import Final

LINKS: Final = "link to another article"
NEWSLETTER: Final = "newsletter or channel prompt"

_NETWORKS: Final = (
    r"facebook|twitter|x|whatsapp|telegram|linkedin|instagram|pinterest|reddit|flipboard|threads|bluesky|messenger|"
    r"tik ?tok|youtube|google news|google\+|google|mastodon|tumblr|skype|viber|snapchat"
)

STRONG_PHRASES: Final = (
    r"condividi(?: (?:questo |quest['’]|l['’]|la |questa )?(?:articolo|notizia|pagina|post|contenuto|storia|video))?"
    rf"(?: (?:su|con|via|tramite|per)(?: (?:{_NETWORKS}|e-?mail|mail|(?:tutti )?i social|i tuoi amici|gli amici))?)?",
    r"condivisioni",
    r"tweet(?:ta)?|retweet(?:ta)?|twitta",
    r"copia (?:il |l['’])?(?:collegamento|link|url|indirizzo)(?: negli appunti)?|copia negli appunti|link copiato",
    r"salva (?:come|in) pdf|scarica (?:il |in |come )?pdf|esporta (?:in )?pdf|versione stampabile|vista stampa",
    r"home ?page",
    r"torna (?:su|in alto|in cima|all['’]inizio|alla home(?: ?page)?|indietro)|vai (?:alla home(?: ?page)?|in alto)",
    r"back to top",
    r"invia(?:lo|la)?(?: l['’]articolo| questo articolo)? (?:per|via|tramite|con|su) "
    rf"(?:e-?mail|mail|posta|{_NETWORKS})",
    r"invia a un amico|segnala a un amico",
    r"stampa (?:questa pagina|(?:questo |l['’])articolo)|salva (?:questo |l['’])articolo|salva per dopo",
    r"aggiungi ai (?:preferiti|segnalibri)|leggi dopo|leggi più tardi",
    rf"(?:seguici|segui)(?: anche)? su (?:{_NETWORKS}|i social|tutti i social)",
    r"share(?: this)?(?: article)?|share on \w+|pin it|copy link|print this|email this",
    r"ascolta (?:l['’]|questo |quest['’])articolo|ascolta la notizia",
    r"ingrandisci (?:il )?testo|riduci (?:il )?testo|dimensione (?:del )?testo|dimensione carattere",
    r"salta al contenuto(?: principale)?|vai al contenuto(?: principale)?|skip to content",
    r"lascia un commento|scrivi un commento|aggiungi un commento|inserisci un commento|vedi tutti i commenti",
    r"(?:mostra|leggi|vai ai|visualizza) (?:i |tutti i )?commenti|partecipa alla discussione",
    r"commenta (?:l['’]|questo )articolo",
)
"""Phrases that are furniture wherever they fill a whole line."""

WEAK_PHRASES: Final = (
    _NETWORKS,
    r"stampa|print|pdf|salva|invia|e-?mail|mail|link|rss|feed",
    r"home|menu|menù|cerca|accedi|login|registrati|abbonati|newsletter",
    r"commenti(?: \(\d+\)|: ?\d+)?|\d+ comment[oi]|commenta|\d+ condivision[ei]|\d+ shares?",
    r"video|foto|gallery|photogallery|fotogallery|podcast|audio|mi piace",
    r"chi siamo|contatti|contattaci|privacy|cookie|(?:gestisci|preferenze) (?:i )?cookie|redazione|note legali",
    r"termini e condizioni|condizioni d['’]uso|mappa del sito|lavora con noi",
    r"iscriviti|(?:inserisci )?la tua e-?mail",
    r"(?-i:[A-Z]{2,4}/[A-Z]{2,4})",
    r"pubblicità|annuncio|annunci|advertisement|adv|sponsorizzato",
    r"a ?[+-]",
)
"""Words that are furniture in company: two of them in one line, or next to a line that is furniture."""

NOTICES: Final[tuple[tuple[str, int, re.Pattern[str]], ...]] = tuple(
    (reason, max_words, re.compile(pattern, re.IGNORECASE))
    for reason, max_words, pattern in (
        (
            "copyright notice",
            30,
            r"^\W*(?:(?:©|\(c\)|copyright)\W*)*(?:tutti i diritti (?:sono )?riservati\b|"
            r"riproduzione (?:è )?riservata\b|riproduzione (?:è )?vietata\W*$)"
            r"|^\W*(?:©|\(c\) (?=\D{0,40}\d{4})|copyright (?=©|\d{4}))",
        ),
        (
            LINKS,
            40,
            r"^\W*(?:leggi (?:anche|pure)|vedi anche|guarda anche|potrebbe(?:ro)? interessarti(?: anche)?|"
            r"ti potrebbe(?:ro)? interessare(?: anche)?)"
            r"(?:\s*[:>»→|–—-].*|\s+(?-i:[A-ZÀ-Þ“«\"])[^.!?]*)?$",
        ),
        (
            LINKS,
            10,
            r"^\W*(?:per approfondire|approfondi(?:sci|menti)|(?:articoli|notizie|contenuti) correlat[ei]|correlati|"
            r"sullo stesso argomento|da non perdere|consigliati per te|i più letti|le più lette|altre notizie|"
            r"leggi tutte le notizie(?: di oggi)?)\s*[:>»→]*$",
        ),
        (
            "link to the full text",
            12,
            r"^\W*(?:leggi (?:tutto|l['’]articolo completo|l['’]articolo|di più)|"
            r"continua a leggere|continua la lettura|scopri di più|per saperne di più|read more|vai all['’]articolo|"
            r"guarda (?:il video|la gallery|le foto|la fotogallery|la photogallery)|riproduci video|"
            r"prossimo articolo|articolo (?:precedente|successivo))\s*[>»→.…]*$",
        ),
        (
            "cookie notice",
            120,
            r"^(?:(?:questo|il nostro|il presente) sito(?: web)? (?:utilizza|usa|si serve|fa uso)|"
            r"(?:noi e i nostri|i nostri) partner\b|(?:noi )?(?:utilizziamo|usiamo)\b|"
            r"(?:accetta|rifiuta|gestisci|personalizza|consenti|abilita|acconsenti)\b|la tua privacy\b|"
            r"per (?:visualizzare|vedere|guardare) (?:questo|il) (?:contenuto|video|post)\b).*\bcookies?\b"
            r"|^(?:proseguendo|continuando|cliccando|chiudendo|navigando)\b(?=.*\bcookies?\b).*"
            r"\b(?:accetti|acconsenti|autorizzi|presti il consenso)\b"
            r"|^\W*(?:cookie policy|privacy policy|informativa (?:sulla )?privacy|note legali)\b[^.!?]{0,60}$"
            r"|^(?:impostazioni|preferenze|gestione|informativa)\b[^.!?]{0,30}\bcookies?\b[^.!?]{0,30}$"
            r"|^(?:accetta (?:tutti|e continua)|rifiuta tutti|rifiuta e abbonati)\W*$",
        ),
        (
            NEWSLETTER,
            60,
            r"^(?:iscriviti|ricevi|(?:resta|rimani) (?:sempre )?aggiornat[oa]|seguici|segui|unisciti|"
            r"entra nel|clicca qui per|vuoi (?:ricevere|restare|rimanere))\b[^.!?]{0,120}"
            r"\b(?:newsletter|canal[ei]|whatsapp|telegram|google news|app|notizie|notifiche|social|facebook|instagram|"
            r"twitter|gratuit[ao]|in tempo reale|nella tua (?:e-?mail|casella))\b"
            r"|^scarica (?:la nostra app|l['’]app (?:gratuita|per (?:leggere|restare|rimanere)))\b"
            r"|^registrati (?:alla newsletter|al nostro canale)\b",
        ),
        (
            "subscription prompt",
            60,
            r"^(?:sei )?già abbonat[oa]\s*\?|^sei un abbonato\s*\?"
            r"|^abbonati (?:per (?:leggere|continuare|accedere|sostenere)|ora|subito|adesso|a partire da|a sol[oi]|"
            r"(?:a|da) (?:€ ?)?\d+(?:[.,]\d+)? ?(?:€|euro)?)\b"
            r"|^(?:questo )?(?:contenuto|articolo)(?: è)? (?:riservato|disponibile solo) (?:agli|ai|per gli|per i) "
            r"(?:nostri )?abbonati\b"
            r"|^per (?:continuare a leggere|leggere (?:l['’]articolo|tutto)|proseguire (?:nella|la) lettura)\b"
            r"[^.!?]{0,60}\b(?:abbonat|acced|registr|iscriv|effettua)"
            r"|^(?:accedi|effettua il login|registrati (?:gratis|gratuitamente|ora|subito|per))\b[^.!?]{0,60}"
            r"\b(?:leggere|abbonat\w*|abbonamento|commentare|lettura)\b"
            r"|^attiva (?:l['’]|un |il tuo )abbonamento\b"
            r"|^sblocca\b[^.!?]{0,40}\b(?:articolo|contenut\w+)\b"
            r"|^devi (?:accedere|essere registrato|effettuare il login) per "
            r"(?:commentare|leggere|continuare|inserire|lasciare)\b"
            r"|^(?:scopri|vedi) (?:le|tutte le) (?:nostre )?offerte\W*$|^sostieni il nostro giornalismo\b"
            r"|^hai letto \d+ articoli\b",
        ),
        (
            "reading time",
            10,
            r"^\W*(?:tempo (?:medio )?di lettura|lettura)\W{0,3}(?:circa |~ ?)?\d{1,3} ?"
            r"(?:min(?:ut[oi])?\b\.?|['’′])?\W*$"
            r"|^\W*\d{1,3} ?(?:min(?:ut[oi])?\.?|['’′]) (?:di lettura|read)\W*$",
        ),
        (
            "tags",
            40,
            r"^(?:tags?|argomenti|etichette|parole chiave|keywords|topics?|categori[ae]|più su questi argomenti|"
            r"archiviato in|in questo articolo)\s*:[^.!?]*$|^(?:#[\w-]+[\s,;]*)+$",
        ),
        ("breadcrumb", 30, r"^home\s*[>»›/|][^.!?]*$"),
        (
            "advertisement",
            12,
            r"^\W*(?:messaggio pubblicitario|advertisement|annuncio (?:pubblicitario|sponsorizzato)|"
            r"(?:contenut[oi]|articol[oi]) sponsorizzat[oi]|(?-i:PUBBLICITÀ)|"
            r"la pubblicità continua|continua dopo la pubblicità)\W*$",
        ),
        ("wire sign-off", 4, r"^(?-i:NNNN|\d{1,2}-[A-Z]{3}-\d{2,4} \d{1,2}[:.]\d{2}|\([A-Z]{3,10}\))\.?$"),
        (
            "form field",
            20,
            r"^(?:ho letto e |dichiaro di aver letto ).{0,40}\b(?:informativa|privacy)\b[^.!?]*\.?$",
        ),
        ("video player", 10, r"^\W*\d{1,2}:\d{2}(?::\d{2})?\s*/\s*\d{1,2}:\d{2}(?::\d{2})?\W*$"),
    )
)
"""(reason, most words, pattern) of whole paragraphs that are furniture; patterns are anchored at the start."""

TAILS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (reason, re.compile(pattern))
    for reason, pattern in (
        (
            "copyright notice",
            r"(?:(?:©|\([cC]\)|[Cc]opyright|COPYRIGHT)\s*)?(?:[Rr]iproduzione [Rr]iservata|RIPRODUZIONE RISERVATA)"
            r"[^.!?]{0,60}\.?$"
            r"|©[^.!?]{0,80}\.?$|(?:Tutti i diritti riservati|TUTTI I DIRITTI RISERVATI)\W*$",
        ),
        (
            LINKS,
            r"(?:(?:LEGGI (?:ANCHE|PURE)|VEDI ANCHE|GUARDA ANCHE|POTREBBE INTERESSARTI(?: ANCHE)?|APPROFONDISCI)\b"
            r"|(?:Leggi (?:anche|pure)|Vedi anche|Guarda anche|Potrebbe interessarti(?: anche)?)\s*[:>»→|–—-])"
            r"[^.!?]{0,250}[.!?]?$",
        ),
        ("link to the full text", r"(?:Leggi tutto|LEGGI TUTTO|Continua a leggere|CONTINUA A LEGGERE|Read more)\W*$"),
        ("reading time", r"Tempo di lettura\W{0,3}\d{1,3} ?(?:min(?:uti|uto)?\b\.?|['’])?$"),
        ("tags", r"(?:Tags?|TAGS?|Argomenti|Parole chiave):\s[^.!?]{0,250}$"),
    )
)
"""(reason, pattern) of what stands behind the last full stop of a real paragraph; matched at that place, to the end."""
