"""The result list: its states, its ways on, and long texts."""

from fastapi.testclient import TestClient

from search.documents import Card
from search.errors import InvalidRequest
from search.results import Condition, Hit, Marked, Relaxation, SearchRequest
from tests.web.public.conftest import FixedEngine
from tests.web.public.reading import read

QUESTION = "焦炉烟气的热量白白排掉，想回收"


def hit(number: int, *, partial: bool = False) -> Hit:
    title = Marked(((f"条目{number}", False),))
    return Hit(f"entry-{number}", title, title, Card(kind="技术"), partial, reasons=("含“余热”",))


def test_a_short_question_gets_an_address(client: TestClient) -> None:
    answer = client.post(
        "/search", data={"q": QUESTION, "kind": "Technology"}, follow_redirects=False
    )
    assert answer.status_code == 303
    page = client.get(answer.headers["location"])
    assert page.url.params["q"] == QUESTION
    assert page.url.params["kind"] == "Technology"
    assert QUESTION in page.text


def test_hits_show_reasons_marks_places_and_suppliers(client: TestClient) -> None:
    text = client.get("/search", params={"q": "焦炉余热回收"}).text
    for words in ("为您找到", "为何列出", "<mark>", "供应方", "案例"):
        assert words in text


def test_without_a_model_the_page_says_so(client: TestClient) -> None:
    assert "目前只按词语查找" in client.get("/search", params={"q": "余热"}).text


def test_an_empty_question_lists_everything(client: TestClient) -> None:
    text = read(client.get("/search").text).text
    assert "全部条目" in text
    assert "为何列出" not in text


def test_facets_are_a_form_that_keeps_the_question_and_the_kind(client: TestClient) -> None:
    page = read(client.get("/search?q=余热&kind=Technology&sort=newest&page=1").text)
    assert {"type": "hidden", "name": "kind", "value": "Technology"} in page.all("input")
    boxes = [box for box in page.all("input") if box.get("type") == "checkbox"]
    assert {"area", "industry", "region", "evidence", "year"} <= {box["name"] for box in boxes}
    chosen = client.get("/search?q=余热&area=清洁生产%2B").text
    assert chosen.count(" checked") == 1
    assert "去掉条件：</span>领域：清洁生产+" in chosen


def test_the_keyboard_may_skip_the_facets(client: TestClient) -> None:
    page = read(client.get("/search?q=余热").text)
    assert any(a["href"] == "#list" for a in page.all("a"))


def test_facet_counts_are_those_of_the_list_one_gets(client: TestClient) -> None:
    page = client.get("/search?q=余热&region=500000").text
    facet = client.app.state.platform.engine.search(  # type: ignore[attr-defined]
        SearchRequest("余热", {"region": ("500000",)})
    )
    total = f"{facet.good}</b> 项" if facet.total else "符合 0 项"
    assert total in page


def test_understood_conditions_can_be_taken_away_and_given_back(
    small_client: TestClient, engine: FixedEngine
) -> None:
    engine.answer = {
        "conditions": (
            Condition("region:510100", "region", "地区：成都", "成都", strict=True),
            Condition("kind:x", "kind", "类别：装备", "装备", strict=False),
        )
    }
    page = read(small_client.get("/search?q=成都余热&page=3").text)
    drops = [a["href"] for a in page.all("a") if "drop=" in a["href"]]
    assert drops[0] == "/search?q=%E6%88%90%E9%83%BD%E4%BD%99%E7%83%AD&drop=region%3A510100"
    assert "类别：装备 （优先）" in page.text
    page = read(small_client.get(drops[0]).text)
    assert engine.asked[-1].dropped == {"region:510100"}
    assert "恢复去掉的 1 个条件" in page.text


def test_a_corrected_question_can_be_asked_as_typed(
    small_client: TestClient, engine: FixedEngine
) -> None:
    engine.answer = {"corrected": "余热回收"}
    page = read(small_client.get("/search?q=余热回首").text)
    assert "已按“ 余热回收 ”查找" in page.text
    literal = next(a["href"] for a in page.all("a") if "literal=1" in a["href"])
    small_client.get(literal)
    assert engine.asked[-1].literal
    assert engine.asked[-1].text == "余热回首"


def test_the_line_stands_before_the_first_partial_hit(
    small_client: TestClient, engine: FixedEngine
) -> None:
    hits = (hit(1), hit(2, partial=True))
    engine.answer = {"total": 2, "good": 1, "hits": hits, "pages": 1}
    text = small_client.get("/search?q=x").text.partition("<main")[2]
    assert text.index("条目1") < text.index("以下只是部分相关") < text.index("条目2")
    engine.answer = {"total": 1, "good": 1, "hits": hits[:1], "pages": 1}
    assert "以下只是部分相关" not in small_client.get("/search?q=x").text


def test_what_fits_but_for_a_condition_comes_before_what_fits_in_part(
    small_client: TestClient, engine: FixedEngine
) -> None:
    hits = (hit(1), hit(2, partial=True))
    engine.answer = {"total": 2, "good": 1, "hits": hits, "elsewhere": (hit(7),), "pages": 1}
    text = small_client.get("/search?q=x").text.partition("<main")[2]
    assert text.index("条目1") < text.index("条目7") < text.index("以下只是部分相关")
    engine.answer |= {"pages": 2}
    text = small_client.get("/search?q=x&page=2").text.partition("<main")[2]
    assert text.index("以下只是部分相关") < text.index("条目7")


def test_when_nothing_fits_there_are_ways_on(small_client: TestClient, engine: FixedEngine) -> None:
    wider = SearchRequest("焦炉", dropped=frozenset({"number:1"}))
    engine.answer = {
        "relaxations": (Relaxation("投资 ≤ 5 万元", 10, 4, wider),),
        "elsewhere": (hit(7),),
    }
    page = read(small_client.get("/search?q=焦炉").text)
    assert "目录里没有符合的条目" in page.text
    assert "不限“投资 ≤ 5 万元” 4 项符合" in page.text
    assert "条件之外最接近的" in page.text
    assert "条目7" in page.text
    assert any("drop=number%3A1" in a["href"] for a in page.all("a"))


def test_an_entry_that_names_no_price_is_not_said_to_differ(client: TestClient) -> None:
    page = read(client.get("/search?q=空压机余热回收 投资低于5万元").text)
    assert "无法判断 ：“投资 ≤ 5 万元”" in page.text.replace("<", "≤")


def test_nothing_fits_in_the_real_catalogue(client: TestClient) -> None:
    answer = client.get("/search?q=qqqqzzzz")
    assert answer.status_code == 200
    assert "目录里没有符合的条目" in answer.text


def test_pages_lead_on_and_a_page_too_far_leads_back(
    small_client: TestClient, engine: FixedEngine
) -> None:
    engine.answer = {"total": 200, "good": 200, "hits": (hit(1),), "pages": 10}
    page = read(small_client.get("/search?q=x&page=5").text)
    near = [a["href"] for a in page.all("a") if "page=" in a["href"]]
    assert [href.rpartition("=")[2] for href in near] == ["4", "3", "4", "6", "7", "10", "6"]
    engine.answer = {"total": 200, "good": 200, "pages": 10}
    assert "没有第 99 页" in read(small_client.get("/search?q=x&page=99").text).text


def test_bad_parameters_are_said_and_the_text_stays(
    small_client: TestClient, engine: FixedEngine
) -> None:
    for address in ("/search?q=我的问题&page=x", "/search?q=我的问题&sort=price"):
        answer = small_client.get(address)
        assert answer.status_code == 422
        assert "查找没有进行" in answer.text
        assert ">我的问题</textarea>" in answer.text
    engine.failure = InvalidRequest("没有这个行业。")
    answer = small_client.get("/search?q=我的问题&industry=X")
    assert answer.status_code == 422
    assert "没有这个行业。" in answer.text
    assert ">我的问题</textarea>" in answer.text


def test_parameters_of_others_are_left_alone(client: TestClient) -> None:
    assert client.get("/search?q=余热&utm_source=mail&from=singlemessage").status_code == 200


def test_ten_thousand_letters_are_answered_at_once(client: TestClient) -> None:
    text = ("焦炉烟气余热没有回收，" * 1000)[:10_000]
    answer = client.post("/search", data={"q": text}, follow_redirects=False)
    assert answer.status_code == 200
    assert text in answer.text
    assert "项部分相关" in answer.text


def test_under_a_long_text_links_are_buttons_that_keep_it(
    small_client: TestClient, engine: FixedEngine
) -> None:
    engine.answer = {"total": 90, "good": 90, "hits": (hit(1),), "pages": 5}
    text = "长" * 600
    page = read(small_client.post("/search", data={"q": text}).text)
    hidden = [i for i in page.all("input") if i.get("type") == "hidden" and i["name"] == "q"]
    assert [i["value"] for i in hidden] == [text]
    go = [b["value"] for b in page.all("button") if b.get("name") == "go"]
    assert "page=2" in go
    small_client.post("/search", data={"q": text, "go": "area=清洁生产%2B&page=2"})
    assert engine.asked[-1].page == 2
    assert engine.asked[-1].filters == {"area": ("清洁生产+",)}
    assert engine.asked[-1].text == text


def test_a_text_beyond_the_bound_stays_in_the_box(client: TestClient) -> None:
    text = "长" * 10_001
    answer = client.post("/search", data={"q": text})
    assert answer.status_code == 422
    assert "最多 10,000 字" in answer.text
    assert text in answer.text


def test_a_flood_is_refused(client: TestClient) -> None:
    assert client.post("/search", content=b"q=" + b"x" * 600_000).status_code == 413
    fields = "&".join(f"a{n}=1" for n in range(600))
    assert client.post("/search", content=fields.encode()).status_code in {400, 422}
