"""Which addresses are fit to link: official sites and established press, no re-posting hosts."""

from urllib.parse import urlsplit

ALLOWED_HOSTS = frozenset(
    {
        "gov.cn", "news.cn", "xinhuanet.com", "people.com.cn", "people.cn", "ce.cn",
        "cqrb.cn", "cqnews.net", "cqcb.com", "scol.com.cn", "chinanews.com",
        "chinanews.com.cn", "cctv.com", "cri.cn", "thepaper.cn", "stdaily.com",
        "chinadaily.com.cn", "china.com.cn", "workercn.cn", "cnenergynews.cn", "ccin.com.cn",
        "81.cn", "cas.cn",
    }
)  # fmt: skip
"""A host is allowed when it is one of these or below one of these."""
_CONVERTERS = ("/gate/", "/big5/")
"""Script-converting copies of a page are left out even below an allowed host."""


def linkable(url: str) -> bool:
    """Whether the address may be shown as a link."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    if parts.scheme not in {"http", "https"} or host.startswith("big5."):
        return False
    if any(part in parts.path.lower() for part in _CONVERTERS):
        return False
    labels = host.split(".")
    return any(".".join(labels[i:]) in ALLOWED_HOSTS for i in range(len(labels)))
