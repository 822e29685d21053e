"""Trains the real tokenizer of each kind on a few sentences, and writes the files the hub has for it."""

from __future__ import annotations

import io
import json
from pathlib import Path

SENTENCES = """\
Il sindaco ha inaugurato ieri mattina la nuova biblioteca comunale di Bologna.
The mayor opened the new public library of Bologna yesterday morning.
La polizia cerca due uomini che hanno rapinato una gioielleria del centro.
Police are looking for two men who robbed a jeweller's shop in the centre.
Il governo ha approvato la legge di bilancio dopo una lunga notte di votazioni.
The government passed the budget law after a long night of votes.
Le scuole resteranno chiuse anche domani a causa della neve.
Schools will stay closed tomorrow as well because of the snow.
La squadra ha vinto la partita con due gol negli ultimi dieci minuti.
The team won the match with two goals in the last ten minutes.
Secondo i medici, il paziente potrebbe tornare a casa entro una settimana.
According to the doctors, the patient could be home within a week.
I prezzi delle case sono aumentati del 4,5 per cento rispetto al 2023.
House prices have risen by 4.5 per cent compared with 2023.
Un incendio ha distrutto un magazzino nella zona industriale, nessun ferito.
A fire destroyed a warehouse in the industrial area; no one was hurt.
Il ministro degli Esteri incontrerà oggi a Roma il suo collega francese.
The foreign minister will meet his French colleague in Rome today.
Gli agricoltori protestano contro il taglio dei sussidi europei.
Farmers are protesting against the cut in European subsidies.
La mostra dedicata a Caravaggio resterà aperta fino al 30 ottobre.
The exhibition on Caravaggio will stay open until October 30.
Dopo il terremoto, centinaia di famiglie vivono ancora in tenda.
After the earthquake, hundreds of families are still living in tents.
""".splitlines()

ITALIAN = SENTENCES[::2]
ENGLISH = SENTENCES[1::2]


def sentencepiece(sentences: list[str], size: int, **options: object) -> bytes:
    """A serialised sentencepiece model over the sentences."""
    from sentencepiece import SentencePieceTrainer

    model = io.BytesIO()
    SentencePieceTrainer.train(
        sentence_iterator=iter(sentences * 4), model_writer=model, vocab_size=size, hard_vocab_limit=False,
        minloglevel=2, num_threads=1, **{"model_type": "unigram", **options},
    )  # fmt: skip
    return model.getvalue()


def pieces(model: bytes) -> list[str]:
    """The pieces of a serialised model, in order."""
    from sentencepiece import SentencePieceProcessor

    processor = SentencePieceProcessor(model_proto=model)
    return [processor.id_to_piece(i) for i in range(processor.get_piece_size())]


def byte_level_bpe(folder: Path, special: list[str], size: int = 400) -> int:
    """Writes vocab.json, merges.txt and tokenizer.json as BART has them; returns the size of the vocabulary."""
    from tokenizers import ByteLevelBPETokenizer
    from tokenizers.processors import RobertaProcessing

    tokenizer = ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(SENTENCES, vocab_size=size, special_tokens=special, show_progress=False)
    tokenizer.save_model(str(folder))
    tokenizer.post_processor = RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=False)
    tokenizer.save(str(folder / "tokenizer.json"))
    return int(tokenizer.get_vocab_size())


def write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1), encoding="utf-8")
