"""Error pages: what is wrong, a way on, what was typed, a number to quote."""

import logging
import re

import pytest
from fastapi.testclient import TestClient

from kg.errors import StoreUnavailable
from tests.web.public.conftest import FixedEngine
from tests.web.public.reading import read
from web.bootstrap import Platform
from web.public.errors import words_of


def test_an_unknown_address_offers_its_words(client: TestClient) -> None:
    answer = client.get("/catalogue/余热回收/steam-boiler.html")
    assert answer.status_code == 404
    assert "余热回收 steam boiler</textarea>" in answer.text.replace("catalogue ", "")


def test_words_of_addresses() -> None:
    assert words_of("/entries/%E4%BD%99%E7%83%AD-7") == "余热"
    assert words_of("/demands/") == ""
    assert words_of("/entries/org-0001/dossier.pdf") == ""
    assert len(words_of("/" + "余" * 500)) <= 60


def test_a_failure_has_a_number_and_keeps_what_was_typed(
    small_client: TestClient, engine: FixedEngine, caplog: pytest.LogCaptureFixture
) -> None:
    engine.failure = RuntimeError("boom")
    with caplog.at_level(logging.ERROR):
        answer = small_client.get("/search?q=我的问题")
    assert answer.status_code == 500
    assert "boom" not in answer.text
    assert ">我的问题</textarea>" in answer.text
    number = re.search(r'class="mono">(\w+)<', answer.text)
    assert number
    assert number[1] in caplog.text
    assert "content-security-policy" in answer.headers
    posted = small_client.post("/search", data={"q": "很长" * 400})
    assert posted.status_code == 500
    assert "很长" * 400 in posted.text


def test_a_store_out_of_reach_is_said_without_needing_it(
    small_client: TestClient, small: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(*_args: object) -> int:
        raise StoreUnavailable("磁盘坏了，请运维处理。")

    monkeypatch.setattr(small.store, "position", gone)
    answer = small_client.get("/")
    assert answer.status_code == 503
    assert "数据库暂时不能用" in answer.text
    assert "磁盘" not in answer.text  # for whoever runs the system, in the log
    assert int(answer.headers["retry-after"]) > 0
    assert len(read(answer.text).all("h1")) == 1


def test_other_methods_are_refused(client: TestClient) -> None:
    assert client.delete("/search").status_code == 405
    assert client.post("/entries/entry-0001").status_code == 405


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("entries/org-1", "条目"),
        ("demands/x", "需求"),
        ("organizations/x", "单位"),
        ("graph/x", "内容"),
    ],
)
def test_an_unknown_id_is_told_in_the_words_of_the_page(
    small_client: TestClient, path: str, kind: str
) -> None:
    answer = small_client.get(f"/{path}")
    assert answer.status_code == 404
    assert f"没有编号为“{path.rpartition('/')[2]}”的{kind}" in answer.text


def test_what_is_sent_without_a_subject_is_told_so(small_client: TestClient) -> None:
    assert "意见要说明是哪一页的" in small_client.get("/feedback").text
    assert "还没有选条目" in small_client.get("/compare.xlsx").text
