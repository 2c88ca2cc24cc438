"""Who may hand in a remark, without accounts: same site, a signed form, not too many at once.

The signed token says which node was read and when the form was opened; it keeps what the page
needs to be shown again when the store is out of reach. The key lies in the graph, so that all
processes of one graph take each other's forms. Counting is in memory and for each process alone:
with four processes a reader may hand in four times as much.
"""

import secrets
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from ipaddress import IPv6Address, ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from itsdangerous import BadData, URLSafeSerializer, URLSafeTimedSerializer
from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.requests import Request

from kg.errors import DuplicateNode, NodeNotFound
from kg.model import Node
from kg.store import GraphStore
from kg.vocabulary import Label

QUICKEST = 3
"""Seconds that nobody needs less of to read the form and fill it in."""
LONGEST = 12 * 3600
"""Seconds after which an open form has to be looked at again."""
EACH = parse_many("5/hour;20/day")
ALL = parse_many("500/day")
KEY_NODE = "state-form-key"


class FormRefused(Exception):
    """The form cannot be taken as it came; the Chinese sentence says why and what to do."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What a remark is about, as it was when the form was opened."""

    id: str
    revision: int
    name: str
    label: Label


class FeedbackDesk:
    """Signs forms and counts what is handed in. Opens nothing before it is asked."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store

    def open_form(self, subject: Subject) -> str:
        """Return the token of a form that is opened now."""
        return self._forms.dumps(asdict(subject))

    def subject_of(self, token: str) -> tuple[Subject, int]:
        """Return what an open form is about, however old it is, and its age in seconds.

        Raises:
            FormRefused: the token is not ours.
        """
        try:
            data, opened = self._forms.loads(token, return_timestamp=True)
            return _subject(data), int(time.time() - opened.timestamp())
        except (BadData, TypeError, ValueError) as error:
            raise FormRefused("这张表单不是本站发出的，请回到要反映的页面重新打开。") from error

    def receipt(self, subject: Subject, reference: str) -> str:
        """Return subject and reference number in a form that nobody else can make."""
        return self._receipts.dumps([asdict(subject), reference])

    def read_receipt(self, receipt: str) -> tuple[Subject, str]:
        """Return what a receipt says.

        Raises:
            FormRefused: the receipt is not ours.
        """
        try:
            subject, reference = self._receipts.loads(receipt)
            return _subject(subject), str(reference)
        except (BadData, TypeError, ValueError) as error:
            raise FormRefused("这张回执不是本站发出的。") from error

    def wait_for(self, address: str) -> int:
        """Count one remark from this address; return 0, or the seconds to wait if not taken."""
        who = _network(address)
        asked = [(limit, who) for limit in EACH] + [(limit, "all") for limit in ALL]
        for limit, name in asked:
            if not self._limiter.test(limit, name):
                return max(1, round(self._reset(limit, name) - time.time()))
        for limit, name in asked:
            self._limiter.hit(limit, name)
        return 0

    def _reset(self, limit: RateLimitItem, name: str) -> float:
        return self._limiter.get_window_stats(limit, name).reset_time

    @cached_property
    def _key(self) -> bytes:
        return _key(self._store)

    @cached_property
    def _limiter(self) -> MovingWindowRateLimiter:
        return MovingWindowRateLimiter(MemoryStorage())

    @cached_property
    def _forms(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key, salt="feedback form")

    @cached_property
    def _receipts(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._key, salt="feedback receipt")


def _subject(data: dict[str, Any]) -> Subject:
    return Subject(**{**data, "label": Label(data["label"])})


def check_age(age: int) -> None:
    """Raise `FormRefused` when a form comes back sooner than a person can, or after too long."""
    if age < QUICKEST:
        raise FormRefused("提交得太快，请核对一遍内容，再点一次“提交意见”。")
    if age > LONGEST:
        raise FormRefused("页面打开的时间太长，请核对一遍内容，再点一次“提交意见”。")


def check_origin(request: Request) -> None:
    """Raise `FormRefused` when the browser tells that the form stood on a page of another site.

    Without any such word (old browsers, programs) only the signed token speaks for it.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin") or request.headers.get("referer")
    if site is None and origin is not None:
        own = urlsplit(origin).netloc == request.headers.get("host")
        site = "same-origin" if own else "cross-site"
    if site not in {None, "same-origin"}:
        raise FormRefused("这次提交不是从本站的页面发出的，请核对内容，再点一次“提交意见”。")


def _network(address: str) -> str:
    """Return whom to count for: an IPv6 address has its whole /64, which one household has."""
    try:
        ip = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((ip, 64), strict=False)) if isinstance(ip, IPv6Address) else str(ip)


def _key(store: GraphStore) -> bytes:
    """Return the key that all processes of this graph share; who comes first makes it.

    Raises:
        StoreUnavailable: it can be neither read nor written.
    """
    try:
        node = store.get(KEY_NODE)
    except NodeNotFound:
        with suppress(DuplicateNode):  # another process was quicker
            store.put(Node(KEY_NODE, Label.STATE, {"key": secrets.token_hex(32)}), expect=0)
        node = store.get(KEY_NODE)
    return bytes.fromhex(node.props["key"])
