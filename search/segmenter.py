"""jieba's segmenter, loaded without the cache file that it keeps in the shared temporary folder.

That file can be foreign or unwritable (jieba then prints a traceback), and reading it takes
longer (0.57 s) than counting the dictionary anew (0.39 s). Nobody else imports jieba.
"""

import logging
import sys
from typing import Any

# jieba opens its files itself when there is no pkg_resources, which would take 0.06 s to import
_before = sys.modules.get("pkg_resources")
sys.modules["pkg_resources"] = None  # type: ignore[assignment]
try:
    import jieba
finally:
    if _before is None:
        del sys.modules["pkg_resources"]
    else:
        sys.modules["pkg_resources"] = _before
jieba.setLogLevel(logging.WARNING)


class Segmenter(jieba.Tokenizer):  # type: ignore[misc]
    """`jieba.Tokenizer` with the same words and weights. Not for custom dictionary files."""

    initialized: bool
    total: int
    FREQ: dict[str, int]

    def initialize(self, dictionary: Any = None) -> None:
        """Load the general dictionary, once.

        Raises:
            ValueError: another dictionary is asked for.
        """
        if dictionary is not None:
            raise ValueError("only the general dictionary is loaded this way")
        with self.lock:
            if self.initialized:
                return
            with self.get_dict_file() as file:
                fields = file.read().decode("utf-8").split()
            frequencies = list(map(int, fields[1::3]))
            words = dict(zip(fields[0::3], frequencies, strict=True))
            self.total = sum(frequencies)
            self.FREQ = words | dict.fromkeys(_beginnings(words) - words.keys(), 0)
            self.initialized = True


def _beginnings(words: dict[str, int]) -> set[str]:
    """Return every proper beginning of the words; jieba looks words up letter by letter."""
    found: set[str] = set()
    shorter = {word[:-1] for word in words if len(word) > 1}
    while shorter:
        found |= shorter
        shorter = {word[:-1] for word in shorter if len(word) > 1}
    return found
