"""What offices print: entry, demand, organisation and comparison on A4, from a real Chromium."""

import unicodedata
from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

pytestmark = pytest.mark.browser
COMPARE = "/compare?id=entry-0074&id=entry-0203&id=entry-0221&id=entry-0083"
A4 = (595, 842)
ON_SCREEN = (
    "查找技术",
    "浏览目录",
    "跳到正文",
    "打印本页",
    "告诉我们",
    "加入对比",
    "下载：",
    "首页",
)
PEERS = "/entries/entry-0067"
RADICALS = str.maketrans("⻚⻋⻓⻢⻰⻨⻅", "页车长马龙麦见")
"""What a browser writes for these letters, beside the radicals that NFKC knows."""


def printed(page: Page, path: str) -> PdfReader:
    page.goto(path)
    return PdfReader(BytesIO(page.pdf(prefer_css_page_size=True)))


def words(reader: PdfReader) -> list[str]:
    return [plain(one.extract_text()) for one in reader.pages]


def plain(text: str | None) -> str:
    """The letters alone, each written in the one usual way."""
    return "".join(unicodedata.normalize("NFKC", (text or "").translate(RADICALS)).split())


@pytest.mark.parametrize(
    ("path", "most", "said"),
    [
        ("/entries/entry-0001", 5, ("综合能耗（改造后）", "约70kWh/kg", "公开报道", "适用条件")),
        (PEERS, 5, ("在5个可比条目中居第2",)),
        ("/demands/demand-0001", 8, ("现状与问题", "关键要求", "怎样解决的", "已实施")),
        ("/organizations/org-0002", 4, ("提供什么", "做过什么", "周边图谱")),
    ],
)
def test_a_page_prints_upright_with_numbers_sources_and_citation(
    page: Page, path: str, most: int, said: tuple[str, ...]
) -> None:
    reader = printed(page, path)
    pages = words(reader)
    whole = "".join(pages)
    assert 1 <= len(pages) <= most
    for one in reader.pages:
        assert (round(one.mediabox.width), round(one.mediabox.height)) == A4
    for n, text in enumerate(pages, 1):
        assert f"第{n}页共{len(pages)}页" in text
        assert len(text) > 100, "a page with hardly anything on it"
    for one in (*said, "来源", "[1]", "引用：", "[DB/OL]", "没有任何条目经确认列入"):
        assert plain(one) in whole
    assert [one for one in ON_SCREEN if plain(one) in whole] == []


def test_a_comparison_lies_across_with_its_head_on_every_page(page: Page) -> None:
    reader = printed(page, COMPARE)
    pages = words(reader)
    assert 1 <= len(pages) <= 4
    for n, (one, text) in enumerate(zip(reader.pages, pages, strict=True), 1):
        assert (round(one.mediabox.width), round(one.mediabox.height)) == A4[::-1]
        assert f"第{n}页共{len(pages)}页" in text
        assert "汽车工厂BIPV光伏建筑一体化" in text
    whole = "".join(pages)
    assert "各条目都未知" in whole
    assert "投资、经济性" in whole  # folded on the screen, open on paper
    assert [one for one in ON_SCREEN if plain(one) in whole] == []


def test_what_is_folded_on_the_screen_is_open_on_paper(page: Page) -> None:
    page.goto("/demands/demand-0001")
    fact = page.locator(".matches details p").first
    expect(fact).not_to_be_visible()
    told = plain(fact.text_content())
    assert told
    assert told in "".join(words(printed(page, "/demands/demand-0001")))
    others = words(printed(page, PEERS))
    assert any("本条目93.56%" in text for text in others)


def test_a_source_on_the_net_is_printed_with_its_address(page: Page) -> None:
    page.goto("/demands/demand-0010")
    address = page.locator(".sources a").first.get_attribute("href")
    assert address
    assert address in "".join(words(printed(page, "/demands/demand-0010")))


@pytest.mark.parametrize("path", [PEERS, "/entries/entry-0001"])
def test_no_row_of_figures_is_cut_by_the_end_of_a_page(page: Page, path: str) -> None:
    page.goto(path)
    rows = page.locator(".figures tbody tr:not(.beside, .group)").all()
    cells = [[plain(one) for one in row.locator("th, td.num").all_text_contents()] for row in rows]
    assert len(cells) > 3
    pages = words(printed(page, path))
    for name, value in cells:
        assert any(f"{name}{value}" in text for text in pages), name


def test_nothing_runs_over_the_edge_of_the_paper(page: Page) -> None:
    for path in (PEERS, "/demands/demand-0021", "/organizations/org-0002"):
        page.goto(path)
        page.emulate_media(media="print")
        page.set_viewport_size({"width": 673, "height": 980})  # 178 mm between the margins
        assert page.evaluate("document.documentElement.scrollWidth") <= 673, path
        page.emulate_media(media="screen")
        page.set_viewport_size({"width": 1280, "height": 900})
