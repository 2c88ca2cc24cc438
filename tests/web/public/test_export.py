"""Lists as files: the whole list in the page's order, with codes, honest about itself, harmless."""

import csv
import re
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest
from fastapi.testclient import TestClient
from openpyxl import load_workbook

from kg.vocabulary import ENTRY_LABELS, Label, Relation
from search.results import SearchRequest
from search.trees import all_nodes
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public import whole_list
from web.public.export_tables import COLUMNS, harmless
from web.public.search_address import parse
from web.settings import Settings

LONG = "焦炉余热回收产蒸汽。" * 100


def rows_of(text: str) -> tuple[list[dict[str, str]], dict[str, str]]:
    """Return the rows of a CSV export and its statement."""
    assert text.startswith("\ufeff")
    lines = list(csv.reader(StringIO(text[1:])))
    end = lines.index([])
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:end]], {
        line[0]: line[1] for line in lines[end + 1 :]
    }


def ids_of_pages(client: TestClient, address: str) -> list[str]:
    """Return the ids of a result list as its pages show them, one after another."""
    found: list[str] = []
    while address:
        page = read(client.get(address).text)
        found += [a["data-compare"] for a in page.all("a") if "data-compare" in a]
        nav = [a["href"] for a in page.all("a") if "page=" in a.get("href", "")]
        number = len(found) // 20 + 1
        address = next((a for a in nav if a.endswith(f"page={number}")), "")
    return found


@pytest.mark.parametrize(
    "question",
    ["q=余热", "kind=Product", "region=510100&sort=newest", "q=成都的氢能企业", "area=新能源%2B"],
)
def test_an_export_is_the_whole_list_in_the_order_of_its_pages(
    client: TestClient, platform: Platform, question: str
) -> None:
    rows, statement = rows_of(client.get(f"/search.csv?{question}").text)
    shown = ids_of_pages(client, f"/search?{question}")
    ids = [row["编号"] for row in rows]
    assert ids == [i for i in shown if i in ids]
    assert len(ids) == len(set(ids))
    assert statement["数量"] == f"共 {len(ids)} 项，导出 {len(ids)} 项。"
    items = client.get(f"/search.json?{question}").json()
    assert [one["id"] for one in items["items"]] == ids
    assert items["about"]["total"] == platform.engine.search(parse(parse_qsl(question))).total
    assert ids
    book = load_workbook(BytesIO(client.get(f"/search.xlsx?{question}").content))
    assert [line[0].value for line in book["条目"].iter_rows(min_row=2)] == ids


def test_everything_is_exported_with_its_codes(client: TestClient, platform: Platform) -> None:
    rows, _statement = rows_of(client.get("/search.csv").text)
    entries = {n.id: n for n in all_nodes(platform.store, ENTRY_LABELS)}
    assert {row["编号"] for row in rows} == set(entries)
    industries = platform.store.edges(entries, [Relation.APPLIES_TO])
    codes = {n.id: n.props["code"] for n in all_nodes(platform.store, [Label.INDUSTRY])}
    for row in rows:
        wanted = [codes[e.target] for e in industries if e.source == row["编号"]]
        assert row["行业代码（GB/T 4754-2017）"] == ("；".join(wanted) or "未知")
        for code in row["地区代码（GB/T 2260）"].split("；"):
            assert code == "未知" or (len(code) == 6 and code.isdecimal())
        figures = entries[row["编号"]].props.get("figures", [])
        for n, figure in enumerate(figures, 1):
            assert float(row[f"指标{n}数值"]) == figure["value"]
            assert row[f"指标{n}单位"] == figure["unit"]
            assert row[f"指标{n}证据"] == figure["evidence"]
        assert row.get(f"指标{len(figures) + 1}名称", "") == ""
        assert row["网址"] == f"http://testserver/entries/{row['编号']}"


def test_the_spreadsheet_has_figures_as_numbers_and_says_what_it_is(client: TestClient) -> None:
    answer = client.get("/search.xlsx?q=多晶硅")
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["条目", "指标", "说明"]
    heads = [cell.value for cell in next(book["指标"].iter_rows())]
    rows = [dict(zip(heads, (c.value for c in line), strict=True))
            for line in book["指标"].iter_rows(min_row=2)]  # fmt: skip
    known = {"编号": "entry-0001", "名称": "综合能耗（改造后）", "数值": 70, "证据": "公开报道"}
    assert any(known.items() <= row.items() for row in rows)
    assert book["条目"].freeze_panes == "C2"
    told = {line[0].value: line[1].value for line in book["说明"].iter_rows(min_row=2)}
    assert "多晶硅" in str(told["列表"])
    assert str(told["网址"]).startswith("http://testserver/search?q=")
    assert told["数据说明"] == "http://testserver/about"


def test_demands_and_organisations_are_exported_as_their_lists_choose(
    client: TestClient, platform: Platform
) -> None:
    for path, label, field, value in (
        ("demands", Label.DEMAND, "status", "需求"),
        ("organizations", Label.ORGANIZATION, "type", "供应商"),
    ):
        nodes = list(all_nodes(platform.store, [label]))
        rows, _statement = rows_of(client.get(f"/{path}.csv").text)
        assert {row["编号"] for row in rows} == {n.id for n in nodes}
        chosen, statement = rows_of(client.get(f"/{path}.csv?{field}={value}").text)
        assert {r["编号"] for r in chosen} == {n.id for n in nodes if n.props[field] == value}
        assert statement["网址"].startswith(f"http://testserver/{path}?{field}=")
        items = client.get(f"/{path}.json?region=510000").json()
        assert 0 < items["about"]["total"] < len(nodes)
        assert items["about"]["complete"] is True
        book = load_workbook(BytesIO(client.get(f"/{path}.xlsx?region=510000").content))
        assert book.worksheets[0].max_row - 1 == items["about"]["total"]


def test_a_long_question_is_posted_with_the_state_of_the_page(client: TestClient) -> None:
    page = read(client.post("/search", data={"q": LONG}).text)
    (button,) = [b for b in page.all("button") if b.get("formaction") == "/search.csv"]
    assert button["form"] == "again"
    posted = client.post("/search.csv", data={"q": LONG, "go": "kind=Equipment"})
    rows, statement = rows_of(posted.text)
    assert rows
    assert {row["类别"] for row in rows} == {"装备"}
    assert LONG[:20] in statement["列表"]


def test_a_list_that_is_too_long_says_that_it_is_cut(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_list.whole_list, "__defaults__", (150,))
    rows, statement = rows_of(client.get("/search.csv").text)
    assert len(rows) == 150
    assert "导出 150 项。一次最多导出 5,000 项" in statement["数量"]
    assert client.get("/search.json").json()["about"]["complete"] is False


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
@pytest.mark.parametrize(
    "wrong",
    ["/search.{}?sort=x", "/search.{}?region=999999", "/search.{}?page=0", "/demands.{}?status=x",
     "/organizations.{}?region=x"],
)  # fmt: skip
def test_a_wrong_question_is_refused_in_words(client: TestClient, form: str, wrong: str) -> None:
    answer = client.get(wrong.format(form))
    assert answer.status_code == 422
    if form == "json":
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"]
    else:
        assert "导出没有进行" in answer.text
    assert "content-disposition" not in answer.headers


def test_too_long_a_question_is_refused(client: TestClient) -> None:
    answer = client.post("/search.json", data={"q": "长" * 10_001})
    assert answer.status_code == 422
    assert "文字太长" in answer.json()["detail"]


def test_unknown_forms_do_not_exist(client: TestClient) -> None:
    for path in ("/search.exe", "/demands.pdf", "/organizations.atom"):
        assert client.get(path).status_code == 404


def test_the_name_of_the_file_is_chinese_with_a_plain_one_beside(client: TestClient) -> None:
    for path, name in (("/search.csv", "条目"), ("/demands.json", "需求")):
        told = client.get(path).headers["content-disposition"]
        assert told.isascii()
        assert f"filename*=UTF-8''{name}-20" in unquote(told)
        assert 'filename="' in told


def test_hostile_words_neither_compute_nor_break_the_table(
    small: Platform, small_client: TestClient
) -> None:
    bad = [
        '=HYPERLINK("http://x","y")',
        "+1+1",
        "-2",
        "@SUM(A1)",
        "\t=1",
        "＝1",
        'a\r\nb,"c"',
        " =1",
    ]
    nodes = [small.store.get("org-1")]
    for n, word in enumerate(bad):
        nodes.append(replace(nodes[0], id=f"org-1{n}", props={"name": word, "business": word}))
    small.store.put_many(nodes[1:])
    rows, _statement = rows_of(small_client.get("/organizations.csv").text)
    assert len(rows) == len(bad) + 1
    for row in rows:
        for cell in row.values():
            assert not cell.lstrip().startswith(("=", "+", "-", "@", "＝"))
            assert cell[:1] not in {"\t", "\r"}
    sheet = load_workbook(BytesIO(small_client.get("/organizations.xlsx").content))["单位"]
    for line in sheet.iter_rows(min_row=2):
        assert {cell.data_type for cell in line if cell.value} <= {"s"}


def test_numbers_stay_numbers() -> None:
    assert harmless(-5.5) == -5.5
    assert harmless("-5.5 kWh") == "'-5.5 kWh"
    assert harmless("") == ""


def test_each_column_is_named_once() -> None:
    for columns in COLUMNS.values():
        names = [column.head for column in columns]
        assert len(names) == len(set(names))


def test_exports_stand_below_each_list_and_work_under_a_prefix(platform: Platform) -> None:
    settings = Settings(_env_file=None, root_path="/kg", data=platform.settings.data)
    client = TestClient(create_app(replace(platform, settings=settings)))
    for path, wanted in (
        ("/kg/search?q=余热&area=清洁生产%2B", "/kg/search.csv?q="),
        ("/kg/demands?status=需求", "/kg/demands.csv?status="),
        ("/kg/organizations", "/kg/organizations.csv"),
    ):
        links = {a["href"] for a in read(client.get(path).text).all("a")}
        (address,) = [link for link in links if link.startswith(wanted)]
        rows, statement = rows_of(client.get(address).text)
        assert rows[0]["网址"].startswith("http://testserver/kg/")
        assert statement["网址"].startswith("http://testserver/kg/")


def test_the_engine_is_asked_page_by_page_and_nothing_twice(platform: Platform) -> None:
    whole = whole_list.whole_list(platform.engine, SearchRequest(sort="newest"))
    ids = [hit.id for hit in whole.hits]
    assert len(ids) == len(set(ids)) == whole.first.total
    assert not whole.cut


def test_the_documentation_names_every_field_and_column(client: TestClient) -> None:
    text = (Path(__file__).parents[3] / "docs" / "exports.md").read_text("utf-8")
    sections = {part.split("\n", 1)[0]: part for part in text.split("\n## ")[1:]}
    row = re.compile(r"^\| `(\w+)` \|", re.MULTILINE)
    told = {name: row.findall(part) for name, part in sections.items()}
    for kind, head, path, field in (
        ("entries", "条目（`/search`）", "/search.json", "figures"),
        ("demands", "需求（`/demands`）", "/demands.json", "targets"),
        ("organizations", "单位（`/organizations`）", "/organizations.json", ""),
    ):
        items = client.get(path).json()["items"]
        assert told[head] == list(items[0])
        assert "、".join(column.head for column in COLUMNS[kind]) in sections[head]  # type: ignore[index]
        figures = [figure for item in items for figure in item.get(field, ())]
        assert {tuple(figure) for figure in figures} <= {tuple(told["指标"])}
    about = client.get("/organizations.json").json()["about"]
    assert all(f"`{name}`" in text for name in about)
