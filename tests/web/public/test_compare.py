"""Comparing up to four entries: the page, its address, adding and removing, the two files."""

import zipfile
from io import BytesIO
from urllib.parse import parse_qsl, urlsplit

import pytest
from docx import Document
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from kg.model import Edge, Entry, Figure, Organization
from kg.vocabulary import Label, Relation
from search.errors import InvalidRequest
from search.lexicon import Indicator, Lexicon
from tests.web.public.conftest import HOSTILE, FixedEngine
from tests.web.public.reading import Read, read
from web.bootstrap import Platform

FOUR = "/compare?id=entry-0074&id=entry-0203&id=entry-0221&id=entry-0083"


@pytest.fixture
def pair(small: Platform, engine: FixedEngine) -> None:
    """Two entries beside the awkward one, whose figures compare."""
    rates = Indicator("energy_saving_rate", "节能率", "percent", "higher", ())
    engine.lexicon = Lexicon(indicators={"energy_saving_rate": rates})
    for number, percent, kwh, unit in ((2, 30, 5_000_000, "kWh/a"), (3, 12, 80, "万kWh/a")):
        rate = Figure(
            name="节能率", value=percent, unit="%", indicator="energy_saving_rate",
            better="higher", group="效果", year=2020,
        )  # fmt: skip
        saved = Figure(name="年节电", value=kwh, unit=unit, indicator="power_saving", group="效果")
        entry = Entry(
            id=f"entry-{number}", kind=Label.EQUIPMENT, name=f"换热器{number}号", summary="换热",
            area="清洁生产+", direction="节能", use="回收余热", figures=[rate, saved],
            conditions="=HYPERLINK(\"http://x\")" if number == 2 else "@SUM(1)\x07",
        )  # fmt: skip
        small.store.put_many([entry.to_node()])
    small.store.put_many([Organization(id="org-2", name="+某某公司").to_node()])
    small.store.relate_many([Edge(Relation.SUPPLIES, "org-2", "entry-2")])


def compared(page: Read) -> list[str]:
    return [attrs["data-id"] for attrs in page.all("th") if "data-id" in attrs]


def ids_of(address: str) -> list[str]:
    return [value for name, value in parse_qsl(urlsplit(address).query) if name == "id"]


def test_the_address_keeps_its_order_and_drops_what_is_named_twice(client: TestClient) -> None:
    page = read(client.get("/compare?id=entry-0203&id=entry-0074&id=entry-0203").text)
    assert compared(page) == ["entry-0203", "entry-0074"]
    assert "对比 2 个条目" in page.text
    assert "/compare?id=entry-0203&id=entry-0074" in page.text


def test_figures_stand_in_one_unit_with_the_original_below(client: TestClient) -> None:
    text = read(client.get(FOUR).text).text
    for words in ("年发电量", "原值 1,584 万kWh/a", "公开报道", "2025年", "案例数量", "供应方"):
        assert words in text


@pytest.mark.usefixtures("pair")
def test_better_is_a_word_and_only_at_the_rate(small_client: TestClient) -> None:
    html = small_client.get("/compare?id=entry-2&id=entry-3").text
    assert html.count('class="best">较优<') == 1
    cell = html[html.index('class="better"') :]
    assert "30%" in cell[: cell.index("</td>")]
    assert "500 万kWh/a" in html
    assert "原值 5,000,000 kWh/a" in html


@pytest.mark.usefixtures("pair")
def test_only_differences_is_a_state_of_the_address(small_client: TestClient) -> None:
    whole = read(small_client.get("/compare?id=entry-2&id=entry-3").text)
    assert "回收余热" in whole.text
    switch = next(a["href"] for a in whole.all("a") if "diff=1" in a["href"])
    short = read(small_client.get(switch).text)
    assert "回收余热" not in short.text
    assert "换热器2号" in short.text
    assert "显示全部行（已略去相同的 4 行）" in short.text
    removing = [a["href"] for a in short.all("a") if a.get("class") == "drop no-print"]
    assert all("diff=1" in href for href in removing)


@pytest.mark.usefixtures("pair")
def test_rows_that_nobody_knows_are_folded(small_client: TestClient) -> None:
    html = small_client.get("/compare?id=entry-2&id=entry-3").text
    folded = html[html.index('<details class="silent"') :]
    for name in ("投资", "经济性", "替代什么", "适用行业"):
        assert name in folded[: folded.index("</details>")]
        assert f'scope="row">{name}<' not in html


def test_one_of_them_unknown_is_written(small_client: TestClient, pair: None) -> None:
    html = small_client.get("/compare?id=entry-2&id=entry-3").text
    row = html[html.index('scope="row">供应方') :]
    assert "未知" in row[: row.index("</tr>")]


@pytest.mark.parametrize("address", ["/compare", "/compare?id=", "/compare?utm=1"])
def test_without_entries_it_says_how_to_choose(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert "最多 4 个条目" in answer.text
    assert "<table" not in answer.text


def test_an_unknown_id_is_said_and_the_others_are_shown(client: TestClient) -> None:
    answer = client.get("/compare?id=entry-9999&id=entry-0001&id=demand-0001")
    assert answer.status_code == 200
    assert compared(read(answer.text)) == ["entry-0001"]
    for wrong in ("entry-9999", "demand-0001"):
        assert f"没有编号为“{wrong}”的条目" in answer.text
    assert client.get("/compare?id=entry-9999").status_code == 404


def test_more_than_four_are_not_compared_and_said(client: TestClient) -> None:
    answer = client.get(FOUR + "&id=entry-0001")
    assert len(compared(read(answer.text))) == 4
    assert "entry-0001" not in compared(read(answer.text))
    assert "最多对比 4 个条目，只列出了前 4 个" in answer.text


def test_each_can_be_taken_out(client: TestClient) -> None:
    page = read(client.get(FOUR).text)
    left = [ids_of(a["href"]) for a in page.all("a") if "drop" in a.get("class", "")]
    assert [len(ids) for ids in left] == [3, 3, 3, 3]
    assert "entry-0074" not in left[0]
    assert client.get(page.all("a")[-1]["href"]).status_code == 200


def test_without_script_entries_are_found_and_added_by_links(client: TestClient) -> None:
    entry = read(client.get("/entries/entry-0001").text)
    first = next(a["href"] for a in entry.all("a") if a.get("data-compare") == "entry-0001")
    page = read(client.get(first).text)
    assert compared(page) == ["entry-0001"]
    assert [i["value"] for i in page.all("input") if i.get("type") == "hidden"] == ["entry-0001"]
    assert "相近的条目" in page.text
    found = read(client.get(f"{first}&q=余热发电").text)
    adding = [a["href"] for a in found.all("a") if a.get("class") == "add"]
    assert 3 < len(adding) <= 8
    assert compared(read(client.get(adding[0]).text)) == ids_of(adding[0])
    assert len(ids_of(adding[0])) == 2


def test_every_hit_can_be_added_but_no_demand(client: TestClient) -> None:
    page = read(client.get("/search?q=余热发电").text)
    added = [a["data-compare"] for a in page.all("a") if "data-compare" in a]
    assert len(added) > 3
    assert all(one.startswith("entry-") for one in added)


def test_words_that_find_nothing_are_said(small_client: TestClient, engine: FixedEngine) -> None:
    assert "换一种说法" in small_client.get("/compare?id=entry-1&q=无").text
    engine.failure = InvalidRequest("不能这样查。")
    assert "不能这样查。" in small_client.get("/compare?id=entry-1&q=无").text


def test_hostile_words_stay_words(small_client: TestClient) -> None:
    html = small_client.get("/compare", params={"id": ["entry-1", HOSTILE], "q": HOSTILE}).text
    page = read(html)
    assert HOSTILE in page.text
    assert "<script>alert" not in html
    assert page.wrong == []
    assert page.open_tags == []


def test_it_is_light(client: TestClient) -> None:
    assert len(client.get(FOUR).content) < 80_000


@pytest.mark.usefixtures("pair")
def test_the_spreadsheet_holds_numbers_units_and_grounds(small_client: TestClient) -> None:
    answer = small_client.get("/compare.xlsx?id=entry-2&id=entry-3")
    assert "spreadsheetml" in answer.headers["content-type"]
    assert 'filename="compare.xlsx"' in answer.headers["content-disposition"]
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = {row[0]: row for row in sheet.iter_rows(values_only=True) if row[0]}
    assert rows["项目"][:4] == ("项目", "单位", "A 换热器2号", "A 原值、证据与说明")
    assert rows["节能率"][1:6] == ("%", 30, "较优\n公开报道；2020年", 12, "公开报道；2020年")
    assert rows["年节电"][2] == 500
    assert "原值 5,000,000 kWh/a" in rows["年节电"][3]
    assert rows["供应方"][4] == "未知"
    assert any("各条目都未知" in str(first) and "投资" in str(first) for first in rows)
    assert any("http://testserver/compare?id=entry-2&id=entry-3" in str(first) for first in rows)


@pytest.mark.usefixtures("pair")
def test_nothing_in_the_spreadsheet_computes(small_client: TestClient) -> None:
    answer = small_client.get("/compare.xlsx?id=entry-2&id=entry-3&id=entry-1")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    cells = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
    for text in ('=HYPERLINK("http://x")', "@SUM(1)", "+某某公司"):
        assert cells[text].data_type == "s"
        assert cells[text].quotePrefix
    assert {cell.data_type for cell in cells.values()} <= {"s", "n"}
    inside = zipfile.ZipFile(BytesIO(answer.content)).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in inside


@pytest.mark.usefixtures("pair")
def test_the_document_holds_the_same_table(small_client: TestClient) -> None:
    answer = small_client.get("/compare.docx?id=entry-2&id=entry-3&id=entry-1")
    assert "wordprocessingml" in answer.headers["content-type"]
    paper = Document(BytesIO(answer.content))
    assert paper.paragraphs[0].text == "条目对比"
    (table,) = paper.tables
    rows = {row.cells[0].text: [cell.text for cell in row.cells[1:]] for row in table.rows}
    assert rows["项目"][0] == "A 换热器2号（装备）"
    assert rows["节能率（%）"][:2] == ["30%  较优\n公开报道；2020年", "12%\n公开报道；2020年"]
    assert rows["适用条件"] == ['=HYPERLINK("http://x")', "@SUM(1)", "未知"]
    section = paper.sections[0]
    assert section.page_width is not None
    assert section.page_height is not None
    assert section.page_width > section.page_height
    text = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "http://testserver/compare?id=entry-2" in text
    assert "没有任何条目经确认列入" in text


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
def test_real_entries_are_exported(client: TestClient, ending: str) -> None:
    answer = client.get(FOUR.replace("/compare", f"/compare.{ending}"))
    assert answer.status_code == 200
    assert answer.content[:2] == b"PK"


@pytest.mark.parametrize("ending", ["xlsx", "docx"])
@pytest.mark.parametrize("query", ["", "?id=entry-9999", "?id=entry-0001&id=entry-9999"])
def test_a_file_leaves_nothing_out_silently(client: TestClient, ending: str, query: str) -> None:
    assert client.get(f"/compare.{ending}{query}").status_code == 404
