"""有误？告诉我们: a form on what is wrong with a page, kept for staff as a private node.

Whatever goes wrong (a field, too fast, too many, the store out of reach), the form comes back
with everything that was typed.
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Annotated, ClassVar, cast

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from kg.errors import NodeNotFound, StoreUnavailable
from kg.model import Edge, Feedback
from kg.store import GraphStore
from kg.vocabulary import ENTRY_LABELS, FEEDBACK_PARTS, Label, Relation
from web.deps import Form, Served
from web.public.feedback_desk import (
    FeedbackDesk,
    FormRefused,
    Subject,
    check_age,
    check_origin,
)
from web.public.links import Links
from web.public.render import Context, render

LABELS = ENTRY_LABELS | {Label.DEMAND, Label.ORGANIZATION}
"""What has a page of its own that may be wrong."""
TRAP = "website"
"""A field that people do not see."""
MOST = {"wrong": 2000, "right": 2000, "source": 500, "contact": 100}
NAMES = {
    "part": "哪一部分有误", "wrong": "有什么错", "right": "应该是什么", "source": "依据",
    "contact": "联系方式",
}  # fmt: skip
LETTERS = "23456789CFHJKMPRTWX"
"""Of reference numbers: none looks like another, for they are read out on the telephone."""
STILL_OPEN = frozenset({422, 429, 503})
"""Answers after which the form that was handed in is shown again as it is, not as a new one."""
NO_SUBJECT = "意见要说明是哪一页的。请打开那个条目、需求或单位，点页上的“有误？告诉我们”。"
NEVER_KEPT = {"Cache-Control": "no-store"}

router = APIRouter()


@dataclass(frozen=True, slots=True)
class FeedbackPage(Context):
    """The form; `typed` by field, `faults` by field, `notice` about the form as a whole."""

    template: ClassVar[str] = "feedback.html"

    subject: Subject
    back: str
    token: str
    typed: Mapping[str, str] = field(default_factory=dict)
    faults: Mapping[str, str] = field(default_factory=dict)
    notice: str = ""
    parts: tuple[str, ...] = FEEDBACK_PARTS
    names: Mapping[str, str] = field(default_factory=lambda: NAMES)
    most: Mapping[str, int] = field(default_factory=lambda: MOST)


@dataclass(frozen=True, slots=True)
class ReceivedPage(Context):
    """What was handed in is kept; the number to quote."""

    template: ClassVar[str] = "feedback_received.html"

    subject: Subject
    reference: str
    back: str


@router.get("/feedback", name="feedback")
def show(
    request: Request, served: Served, about: Annotated[str, Query(max_length=250)] = ""
) -> Response:
    """Show the empty form about a node."""
    return _answer(request, _subject(served.store, about), {}, {}, "", 200)


@router.post("/feedback")
def receive(request: Request, served: Served, form: Form) -> Response:
    """Keep what was handed in, or say what is amiss with everything typed still there."""
    desk = desk_of(request)
    typed = {name: value.strip().replace("\r\n", "\n") for name, value in form}
    try:
        subject, age = desk.subject_of(typed.get("token", ""))
    except FormRefused as error:
        subject = _subject(served.store, typed.get("about", ""))
        return _answer(request, subject, typed, {}, str(error), 403)
    try:
        check_origin(request)
        check_age(age)
    except FormRefused as error:
        return _answer(request, subject, typed, {}, str(error), 403)
    if faults := faults_of(typed):
        return _answer(request, subject, typed, faults, "", 422)
    if wait := desk.wait_for(request.client.host if request.client else ""):
        notice = f"提交的次数太多，请约 {-(-wait // 60)} 分钟后再提交；内容还在下面。"
        response = _answer(request, subject, typed, {}, notice, 429)
        response.headers["Retry-After"] = str(wait)
        return response
    remark = _remark(subject, typed)
    try:
        keep(served.store, remark)
    except StoreUnavailable:
        notice = "数据暂时不能写入，意见还没有提交。内容还在下面，请过几分钟再点一次“提交意见”。"
        response = _answer(request, subject, typed, {}, notice, 503)
        response.headers["Retry-After"] = "60"
        return response
    links = Links.of(request)
    receipt = desk.receipt(subject, reference_of(remark))
    return RedirectResponse(links.feedback_received(receipt), 303, NEVER_KEPT)


@router.get("/feedback/received", name="feedback received")
def received(request: Request, receipt: Annotated[str, Query(max_length=500)]) -> Response:
    """Tell the number of what was handed in."""
    try:
        subject, reference = desk_of(request).read_receipt(receipt)
    except FormRefused as error:
        raise HTTPException(404, str(error)) from error
    back = page_of(Links.of(request), subject)
    page = ReceivedPage(title="意见已收到", subject=subject, reference=reference, back=back)
    response = render(request, page)
    response.headers.update(NEVER_KEPT)
    return response


def desk_of(request: Request) -> FeedbackDesk:
    """Return the desk of the application."""
    return cast("FeedbackDesk", request.app.state.feedback)


def reference_of(remark: Feedback) -> str:
    """Return the number that people quote: the id without its head."""
    return remark.id.removeprefix("feedback-")


def faults_of(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with which field, in the order of the form."""
    out = {}
    if typed.get("part") not in FEEDBACK_PARTS:
        out["part"] = "请选择哪一部分有误。"
    if not typed.get("wrong"):
        out["wrong"] = "请写明有什么错，例如“投资应为 3,200 万元”。"
    for name, most in MOST.items():
        if (length := len(typed.get(name, ""))) > most:
            out[name] = f"“{NAMES[name]}”最多 {most} 字，现在是 {length} 字，请删减。"
        elif any(not c.isprintable() and c != "\n" for c in typed.get(name, "")):
            out[name] = f"“{NAMES[name]}”里有不能显示的字符，请删去后再提交。"
    if typed.get(TRAP):
        out[TRAP] = "请把标有“不要填写”的一栏清空。"
    return out


def keep(store: GraphStore, remark: Feedback) -> None:
    """Write the remark and tie it to its node, if that is still there.

    Raises:
        StoreUnavailable: nothing was written.
    """
    with store.transaction():
        store.put(remark.to_node(), expect=0)
        if store.get_many([remark.about]):
            store.relate(Edge(Relation.ABOUT, remark.id, remark.about))


def _remark(subject: Subject, typed: Mapping[str, str]) -> Feedback:
    now = datetime.now(UTC)
    chosen = {name: typed.get(name) or None for name in ("right", "source", "contact")}
    return Feedback(
        id=f"feedback-{now:%Y%m%d}-{''.join(secrets.choice(LETTERS) for _ in range(6))}",
        about=subject.id,
        revision=subject.revision,
        page=page_of(Links("", {}), subject),
        at=now.isoformat(timespec="seconds"),
        part=typed["part"],
        wrong=typed["wrong"],
        **chosen,
    )


def _subject(store: GraphStore, node_id: str) -> Subject:
    if not node_id.strip():
        raise HTTPException(404, NO_SUBJECT)
    node = store.get(node_id)
    if node.label not in LABELS:
        raise NodeNotFound(node_id)
    name = str(node.props["title" if node.label is Label.DEMAND else "name"])
    return Subject(node.id, node.revision, name, node.label)


def page_of(links: Links, subject: Subject) -> str:
    """Return the address of the page that a remark is about."""
    if subject.label is Label.DEMAND:
        return links.demand(subject.id)
    if subject.label is Label.ORGANIZATION:
        return links.organization(subject.id)
    return links.entry(subject.id)


def _answer(
    request: Request,
    subject: Subject,
    typed: Mapping[str, str],
    faults: Mapping[str, str],
    notice: str,
    status: int,
) -> Response:
    page = FeedbackPage(
        title="有误？告诉我们",
        subject=subject,
        back=page_of(Links.of(request), subject),
        token=typed["token"] if status in STILL_OPEN else desk_of(request).open_form(subject),
        typed=typed,
        faults=faults,
        notice=notice,
    )
    response = render(request, page, status)
    response.headers.update(NEVER_KEPT)
    return response
