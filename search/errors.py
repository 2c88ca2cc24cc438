"""Facts that can go wrong in search; `str(error)` is a Chinese sentence for people."""


class SearchError(Exception):
    """Base of all errors that search raises on purpose."""


class ModelUnavailable(SearchError):
    """The embedding model is missing, damaged or does not fit; search goes on lexically."""


class InvalidRequest(SearchError):
    """A request names an unknown facet, a bad page, an unknown mode."""


class BadJudgements(SearchError):
    """A queries, qrels or corpus file cannot be read; says file, line and reason."""
