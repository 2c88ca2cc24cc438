"""有误？告诉我们: what is handed in is kept for staff and seen by nobody else."""

import re
import time
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from fastapi.testclient import TestClient

from kg.errors import NodeNotFound, StoreUnavailable
from kg.model import Feedback
from kg.query import Query
from kg.vocabulary import PUBLIC_LABELS, Label, Relation
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.cli_feedback import remarks
from web.public import feedback_desk
from web.public.feedback_desk import FeedbackDesk, FormRefused, Subject

SUBJECT = Subject("entry-1", 1, "某技术", Label.TECHNOLOGY)
TYPED = {
    "part": "指标数据", "wrong": "投资应为 3,200 万元", "right": "3,200 万元\n含税",
    "source": "《某报》2024 年", "contact": "023-0000",
}  # fmt: skip


@pytest.fixture
def visitor(small: Platform, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """Somebody who fills in forms in no time: how long it takes has a test of its own."""
    monkeypatch.setattr(feedback_desk, "QUICKEST", 0)
    with TestClient(create_app(small), follow_redirects=False) as client:
        yield client


def hidden(client: TestClient, about: str = "entry-1") -> dict[str, str]:
    """Open the form and return what it carries unseen."""
    page = read(client.get(f"/feedback?about={about}").text)
    return {i["name"]: i["value"] for i in page.all("input") if i.get("type") == "hidden"}


def hand_in(client: TestClient, about: str = "entry-1", **changed: str) -> httpx.Response:
    answer: httpx.Response = client.post(
        "/feedback", data={**hidden(client, about), **TYPED, **changed}
    )
    return answer


def kept(platform: Platform) -> list[Feedback]:
    return remarks(platform.store)


def assert_typed_is_there(text: str) -> None:
    page = read(text)
    values = [i.get("value") for i in page.all("input")]
    assert TYPED["source"] in values
    assert TYPED["contact"] in values
    assert TYPED["wrong"] in page.text
    assert "含税" in page.text
    assert any(o for o in page.all("option") if "selected" in o)


@pytest.mark.parametrize("about", ["entry-1", "demand-1", "org-1"])
def test_a_remark_is_kept_with_its_node_and_quoted_by_number(
    visitor: TestClient, small: Platform, about: str
) -> None:
    answer = hand_in(visitor, about)
    assert answer.status_code == 303
    (remark,) = kept(small)
    assert (remark.about, remark.revision) == (about, small.store.get(about).revision)
    assert remark.right == "3,200 万元\n含税"
    assert remark.page.endswith(f"/{about}")
    edges = small.store.edges([remark.id], [Relation.ABOUT])
    assert [edge.target for edge in edges] == [about]

    told = read(visitor.get(answer.headers["location"]).text)
    assert remark.id.removeprefix("feedback-") in told.text
    assert visitor.get(answer.headers["location"] + "x").status_code == 404


def test_what_need_not_be_said_is_not_kept(visitor: TestClient, small: Platform) -> None:
    assert hand_in(visitor, right="", source=" ", contact="").status_code == 303
    (remark,) = kept(small)
    assert (remark.right, remark.source, remark.contact) == (None, None, None)
    assert "testclient" not in repr(small.store.get(remark.id))  # the network address


def test_no_public_way_leads_to_a_remark(visitor: TestClient, small: Platform) -> None:
    hand_in(visitor)
    (remark,) = kept(small)
    store = small.store
    assert all(n.node.id != remark.id for n in store.neighbours("entry-1"))
    assert all(n.id != remark.id for n in store.subgraph(["entry-1"], 3).nodes)
    assert all(relation is not Relation.ABOUT for relation, _way in store.degrees("entry-1"))
    with pytest.raises(NodeNotFound):
        store.subgraph([remark.id])
    with pytest.raises(NodeNotFound):
        store.paths("entry-1", remark.id)
    assert all(n.id != remark.id for n in store.find(Query(PUBLIC_LABELS, limit=1000)).nodes)
    for address in (
        "/entries/entry-1", "/", f"/entries/{remark.id}", f"/feedback?about={remark.id}",
        "/api/v1/changes", f"/api/v1/entries/{remark.id}",
        f"/api/v1/graph/neighbourhood/{remark.id}", "/api/v1/graph/neighbourhood/entry-1",
    ):  # fmt: skip
        answer = visitor.get(address)
        assert TYPED["wrong"] not in answer.text, address
        if remark.id in address:
            assert answer.status_code == 404, address
        else:
            assert remark.id not in answer.text, address


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"part": ""}, "请选择哪一部分有误"),
        ({"part": "别的"}, "请选择哪一部分有误"),
        ({"right": "字" * 2001}, "最多 2000 字，现在是 2001 字"),
        ({"contact": "0" * 101}, "最多 100 字"),
        ({"source": "a\x1b[2Jb"}, "不能显示的字符"),
        ({"website": "http://spam"}, "请把标有“不要填写”的一栏清空"),
    ],
)
def test_a_fault_is_told_and_nothing_typed_is_lost(
    visitor: TestClient, small: Platform, changed: dict[str, str], fault: str
) -> None:
    answer = hand_in(visitor, **changed)
    assert answer.status_code == 422
    page = read(answer.text)
    assert fault in page.text
    assert TYPED["wrong"] in page.text
    targets = {a["href"][1:] for a in page.all("a") if a["href"].startswith("#")} - {"main"}
    assert targets == set(changed)
    assert targets <= {attrs.get("id") for _tag, attrs in page.tags}
    if "part" not in changed:
        assert any("selected" in option for option in page.all("option"))
    assert kept(small) == []


def test_an_empty_form_names_each_field_once(visitor: TestClient) -> None:
    answer = visitor.post("/feedback", data=hidden(visitor))
    assert read(answer.text).text.count("请写明有什么错") == 2  # at the head and at the field
    assert "有 2 处要改" in answer.text


def test_hostile_words_stay_words(visitor: TestClient) -> None:
    answer = hand_in(visitor, part="", wrong="</textarea><script>alert(1)</script>")
    assert "<script>alert" not in answer.text
    assert read(answer.text).wrong == []


def test_a_form_of_another_site_is_shown_again_and_not_taken(
    visitor: TestClient, small: Platform
) -> None:
    form = {**hidden(visitor), **TYPED}
    for headers in (
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://example.org"}, {"Origin": "null"},
        {"Referer": "https://example.org/form"},
    ):  # fmt: skip
        answer = visitor.post("/feedback", data=form, headers=headers)
        assert answer.status_code == 403, headers
        assert "不是从本站的页面发出的" in answer.text
        assert_typed_is_there(answer.text)
    assert kept(small) == []
    for headers in ({"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://testserver"}):
        assert visitor.post("/feedback", data=form, headers=headers).status_code == 303


def test_a_forged_token_is_shown_again_and_not_taken(visitor: TestClient, small: Platform) -> None:
    for token in ("", "x", hidden(visitor)["token"][:-2] + "AA"):
        answer = hand_in(visitor, token=token)
        assert answer.status_code == 403
        assert_typed_is_there(answer.text)
    assert kept(small) == []
    assert hand_in(visitor, token="", about="entry-1").status_code == 403
    nobody = visitor.post("/feedback", data={**TYPED, "about": "case-1"})
    assert nobody.status_code == 404


def test_too_quick_and_too_old_forms_are_looked_at_again(
    small: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestClient(create_app(small), follow_redirects=False) as client:
        answer = hand_in(client)
        assert answer.status_code == 403
        assert "提交得太快" in answer.text
        assert_typed_is_there(answer.text)
        form = {**hidden(client), **TYPED}
        now = time.time()
        monkeypatch.setattr("web.public.feedback_desk.time.time", lambda: now + 13 * 3600)
        answer = client.post("/feedback", data=form)
        assert "打开的时间太长" in answer.text
        assert_typed_is_there(answer.text)
        monkeypatch.setattr("web.public.feedback_desk.time.time", lambda: now + 60)
        assert client.post("/feedback", data=form).status_code == 303


def test_one_address_may_hand_in_five_in_an_hour(visitor: TestClient, small: Platform) -> None:
    for _ in range(5):
        assert hand_in(visitor).status_code == 303
    answer = hand_in(visitor)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["retry-after"]) <= 3600
    assert "提交的次数太多" in answer.text
    assert_typed_is_there(answer.text)
    assert len(kept(small)) == 5


def test_addresses_are_counted_apart_and_those_of_one_household_together(small: Platform) -> None:
    desk = FeedbackDesk(small.store)
    for n in range(5):
        assert desk.wait_for(f"2001:db8::{n}") == 0
    assert desk.wait_for("2001:db8::ffff") > 0
    assert desk.wait_for("2001:db8:0:1::1") == 0
    assert desk.wait_for("10.0.0.1") == 0


def test_what_is_not_taken_is_not_counted(small: Platform) -> None:
    desk = FeedbackDesk(small.store)
    waits = [desk.wait_for("10.0.0.1") for _ in range(60)]
    assert waits[:5] == [0] * 5
    assert all(waits[5:])
    assert desk.wait_for("10.0.0.2") == 0


def test_when_the_store_is_away_the_text_stays(
    visitor: TestClient, small: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = {**hidden(visitor), **TYPED}
    with monkeypatch.context() as broken:
        for method in ("get", "get_many", "transaction", "put", "position"):
            broken.setattr(type(small.store), method, _away)
        answer = visitor.post("/feedback", data=form)
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "意见还没有提交" in answer.text
    assert_typed_is_there(answer.text)
    again = {i["name"]: i.get("value", "") for i in read(answer.text).all("input")}
    assert visitor.post("/feedback", data={**TYPED, **again}).status_code == 303
    assert len(kept(small)) == 1


def _away(*_arguments: object, **_named: object) -> None:
    raise StoreUnavailable("不在")


def test_a_remark_outlives_its_node(visitor: TestClient, small: Platform) -> None:
    form = {**hidden(visitor, "demand-1"), **TYPED}
    small.store.remove("demand-1")
    assert visitor.post("/feedback", data=form).status_code == 303
    assert [one.about for one in kept(small)] == ["demand-1"]


def test_only_pages_that_may_be_wrong_have_the_form(visitor: TestClient) -> None:
    for about in ("doc-1", "case-1", "entry-9", "", "x" * 200):
        assert visitor.get("/feedback", params={"about": about}).status_code == 404
    for path in ("/entries/entry-1", "/demands/demand-1", "/organizations/org-1"):
        links = [a["href"] for a in read(visitor.get(path).text).all("a")]
        (link,) = {one for one in links if "/feedback" in one}
        assert parse_qs(urlsplit(link).query)["about"] == [path.rsplit("/", 1)[1]]
        assert visitor.get(link).status_code == 200


def test_forms_are_never_kept_by_a_cache(visitor: TestClient) -> None:
    assert visitor.get("/feedback?about=entry-1").headers["cache-control"] == "no-store"
    assert hand_in(visitor, part="").headers["cache-control"] == "no-store"


def test_two_processes_take_each_others_forms(small: Platform) -> None:
    one, other = FeedbackDesk(small.store), FeedbackDesk(small.store)
    assert other.subject_of(one.open_form(SUBJECT))[0] == SUBJECT
    assert other.read_receipt(one.receipt(SUBJECT, "x")) == (SUBJECT, "x")
    with pytest.raises(FormRefused):
        other.subject_of(one.receipt(SUBJECT, "x"))


def test_the_key_is_as_private_as_the_remarks(visitor: TestClient, small: Platform) -> None:
    hand_in(visitor)
    key = small.store.get(feedback_desk.KEY_NODE)
    assert len(key.props["key"]) == 64
    for address in (f"/api/v1/entries/{key.id}", f"/api/v1/graph/neighbourhood/{key.id}"):
        assert visitor.get(address).status_code == 404
    assert key.id not in visitor.get("/api/v1/changes").text


def test_the_command_lists_what_was_handed_in(visitor: TestClient, small: Platform) -> None:
    for about in ("entry-1", "org-1"):
        hand_in(visitor, about)
    assert [one.about for one in remarks(small.store, "org-1")] == ["org-1"]
    assert len(remarks(small.store, limit=1)) == 1
    assert all(re.fullmatch(r"feedback-\d{8}-\w{6}", one.id) for one in remarks(small.store))
