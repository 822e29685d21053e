"""Translates articles as tutorials do it: `generate` over batches of 16 sentences, in the order of the text.

    python plain_loop.py CHECKPOINT BEAMS < articles.json

Reads a list of articles, each a list of sentences; prints the seconds that the loop took.
"""

from __future__ import annotations

import json
import sys
import time

import torch
from transformers import AutoModelForSeq2SeqLM, AutoTokenizer

folder, beams = sys.argv[1], int(sys.argv[2])
articles = json.load(sys.stdin)
tokenizer = AutoTokenizer.from_pretrained(folder)
model = AutoModelForSeq2SeqLM.from_pretrained(folder, dtype=torch.float32).eval()
started = time.perf_counter()
with torch.inference_mode():
    for sentences in articles:
        for start in range(0, len(sentences), 16):
            batch = tokenizer(sentences[start : start + 16], return_tensors="pt", padding=True)
            # the program's own limit: up to a fixed one, a single looping sentence would hold up the rest
            limit = 2 * batch["input_ids"].shape[1] + 16
            output = model.generate(**batch, num_beams=beams, max_new_tokens=limit)
            tokenizer.batch_decode(output, skip_special_tokens=True)
print(time.perf_counter() - started)
