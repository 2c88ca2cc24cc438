"""Prints docs/api.md: `python -m web.api > docs/api.md`."""

import sys

from web.api.blocks import markdown
from web.api.description import document
from web.api.reference import reference

if __name__ == "__main__":
    sys.stdout.write(markdown(reference(document())))
