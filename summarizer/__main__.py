"""`python -m summarizer` is `summarizer`."""

from __future__ import annotations

import sys

from summarizer.cli import main

sys.exit(main())
