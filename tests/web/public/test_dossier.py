"""The dossiers: what stands in them, in both formats, and that a reader can read every letter."""

from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import httpx
import pytest
import typst
from docx import Document
from docx.document import Document as Paper
from docx.oxml.ns import qn
from fastapi.testclient import TestClient
from pypdf import PdfReader

from kg.vocabulary import ENTRY_LABELS, Label
from search.trees import all_nodes
from tests.web.public.conftest import HOSTILE, FixedEngine
from tests.web.public.test_demand import match
from web.bootstrap import Platform
from web.public import dossier_docx, dossier_pdf
from web.public.dossier import Dossier, Facts, Grid, Lines, Section, Words

ENTRY, DEMAND = "/entries/entry-0001/dossier", "/demands/demand-0001/dossier"
HEADINGS = ["基本情况", "做什么", "指标", "适用范围", "应用案例", "供应方"]


def made(**changed: Any) -> Dossier:
    parts: dict[str, Any] = {
        "id": "entry-1", "title": "标题", "subtitle": "技术档案", "lead": "", "name": "标题-档案",
        "site": "图谱", "owner": "", "day": "2026年11月23日", "notice": "说明", "citation": "引用",
        "sections": [Section("一节", [Words("正文")])],
    }  # fmt: skip
    return Dossier(**{**parts, **changed})


def pdf(content: bytes) -> PdfReader:
    return PdfReader(BytesIO(content))


def plain(reader: PdfReader) -> str:
    """The words of a PDF without spaces and line breaks."""
    return "".join("".join(page.extract_text() for page in reader.pages).split())


def paper_words(paper: Paper) -> str:
    cells = [cell.text for table in paper.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in paper.paragraphs), *cells])


@pytest.fixture(scope="module")
def entry_pdf(client: TestClient) -> httpx.Response:
    answer: httpx.Response = client.get(f"{ENTRY}.pdf")
    assert answer.status_code == 200
    return answer


@pytest.fixture(scope="module")
def entry_docx(client: TestClient) -> Paper:
    answer = client.get(f"{ENTRY}.docx")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == dossier_docx.MEDIA
    return Document(BytesIO(answer.content))


def test_both_formats_say_what_an_office_files(
    entry_pdf: httpx.Response, entry_docx: Paper
) -> None:
    for words in (plain(pdf(entry_pdf.content)), "".join(paper_words(entry_docx).split())):
        for said in (
            "多晶硅四氯化硅冷氢化节能降耗技术（永祥法）", "编号entry-0001", "综合能耗（改造后）",
            "约70kWh/kg", "最初180～200kWh/kg", "公开报道", "2015年", "超过6亿元",
            "四川永祥多晶硅有限公司", "不适用的情形", "[DB/OL]", "没有任何条目经确认列入",
        ):  # fmt: skip
            assert said in words
        assert "energy-item-001" not in words
        order = [words.index(f"、{heading}") for heading in HEADINGS]
        assert order == sorted(order)


def test_the_pdf_is_tagged_archival_and_named(entry_pdf: httpx.Response) -> None:
    assert entry_pdf.headers["content-type"] == "application/pdf"
    reader = pdf(entry_pdf.content)
    root: Any = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "zh-CN"
    assert reader.metadata is not None
    assert reader.metadata.title == "多晶硅四氯化硅冷氢化节能降耗技术（永祥法）"
    described = root["/Metadata"].get_data().decode()
    assert "pdfaid:part" in described
    assert "pdfuaid:part" in described
    outline = [str(one["/Title"]) for one in _flat(reader.outline)]
    assert [one for one in outline if "指标" in one] == ["三、指标"]
    assert 1 <= len(reader.pages) <= 4


def _flat(outline: Any) -> Iterator[Any]:
    for one in outline:
        yield from _flat(one) if isinstance(one, list) else [one]


def test_every_font_of_the_pdf_is_inside_it(entry_pdf: httpx.Response) -> None:
    reader = pdf(entry_pdf.content)
    names = set()
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():  # type: ignore[index]
            (inner,) = font.get_object()["/DescendantFonts"]
            descriptor = inner.get_object()["/FontDescriptor"].get_object()
            assert {"/FontFile2", "/FontFile3"} & set(descriptor)
            assert "/ToUnicode" in font.get_object()
            names.add(str(descriptor["/FontName"]))
    assert any("NotoSansSC" in name for name in names)
    assert len(entry_pdf.content) < 400_000  # a subset of fonts of 20 MB


def test_pages_are_numbered(entry_pdf: httpx.Response) -> None:
    reader = pdf(entry_pdf.content)
    for n, page in enumerate(reader.pages, 1):
        assert f"第{n}页共{len(reader.pages)}页" in "".join(page.extract_text().split())


def test_every_letter_of_the_catalogue_has_a_shape(platform: Platform) -> None:
    """PDF/UA and PDF/A refuse a file with a letter that no font has: all words at once."""
    nodes = all_nodes(platform.store, [*ENTRY_LABELS, Label.CASE, Label.ORGANIZATION,
                                       Label.DEMAND, Label.DOCUMENT, Label.CONCEPT])  # fmt: skip
    letters = sorted(set("".join(repr(dict(node.props)) for node in nodes)))
    letters += list("CO₂ NH₄⁺ m³ ≥ ≤ ℃ Ⅱ ① ～ — … “” 《》 № μ Ω ± × ÷ ‰ ½ α γ")
    assert len(letters) > 1500
    text = "".join(letter for letter in letters if letter.isprintable())
    said = made(sections=[Section("字", [Words(text), Facts([("甲", text)]), Lines([text])])])
    assert dossier_pdf.typeset(said, dossier_pdf.STANDARDS).startswith(b"%PDF")


def test_a_letter_without_shape_is_refused_by_the_standards_and_still_written() -> None:
    said = made(lead="私用区\ue123与\U0001f701")
    with pytest.raises(typst.TypstError):
        dossier_pdf.typeset(said, dossier_pdf.STANDARDS)
    assert "私用区" in plain(pdf(dossier_pdf.document(said)))


def test_entries_and_demands_of_the_seeds_have_both(client: TestClient, platform: Platform) -> None:
    entries = [f"/entries/{n.id}" for n in all_nodes(platform.store, ENTRY_LABELS)]
    demands = [f"/demands/{n.id}" for n in all_nodes(platform.store, [Label.DEMAND])]
    for page in (*entries[::57], *demands[::43]):
        reader = pdf(client.get(f"{page}/dossier.pdf").content)
        assert 1 <= len(reader.pages) <= 4, page
        assert "pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data().decode()  # type: ignore[index]
        paper = Document(BytesIO(client.get(f"{page}/dossier.docx").content))
        title = paper.paragraphs[0].text
        assert "".join(title.split()) in plain(reader)


def test_word_finds_styles_fonts_and_repeated_heads(entry_docx: Paper) -> None:
    styles = {paragraph.style.name for paragraph in entry_docx.paragraphs if paragraph.style}
    assert {"Title", "Subtitle", "Heading 1", "Normal", "List Bullet"} <= styles
    fonts = {}
    for name in ("Normal", "Title", "Heading 1", "表格文字"):
        found = entry_docx.styles[name].element.rPr.rFonts
        fonts[name] = found.get(qn("w:eastAsia"))
        assert found.get(qn("w:eastAsiaTheme")) is None
    assert fonts == {"Normal": "仿宋", "Title": "宋体", "Heading 1": "黑体", "表格文字": "宋体"}
    heads = [t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in entry_docx.tables]
    assert any(heads)
    assert all(
        row._tr.trPr.find(qn("w:cantSplit")) is not None
        for table in entry_docx.tables
        for row in table.rows
    )
    foot = entry_docx.sections[0].footer.paragraphs[0]._p.xml
    assert "PAGE" in foot
    assert "NUMPAGES" in foot
    section = entry_docx.sections[0]
    assert section.page_width is not None
    assert round(section.page_width.mm) == 210


def test_the_word_file_says_what_it_is(entry_docx: Paper) -> None:
    core = entry_docx.core_properties
    assert core.title == "多晶硅四氯化硅冷氢化节能降耗技术（永祥法）"
    assert core.author == "川渝绿色低碳技术产品装备供需图谱"
    assert core.keywords == "entry-0001"
    assert core.language == "zh-CN"
    assert core.created is not None
    assert abs((datetime.now(UTC) - core.created.replace(tzinfo=UTC)).days) < 2


def test_the_file_is_named_in_chinese_and_known_again(client: TestClient) -> None:
    for form in ("pdf", "docx"):
        answer = client.get(f"{ENTRY}.{form}")
        told = answer.headers["content-disposition"]
        assert f'filename="entry-0001.{form}"' in told
        assert "filename*=UTF-8''%E5%A4%9A%E6%99%B6%E7%A1%85" in told
        mark = answer.headers["etag"]
        again = client.get(f"{ENTRY}.{form}", headers={"If-None-Match": f'"x", W/{mark}'})
        assert (again.status_code, again.content) == (304, b"")
    marks = {client.get(f"{page}.pdf").headers["etag"] for page in (ENTRY, DEMAND)}
    assert len(marks) == 2


def test_a_demand_brings_its_matches(small_client: TestClient, engine: FixedEngine) -> None:
    from search.results import MatchResult

    rows = (match(1, "高度匹配", 行业="符合", 投资="未知", 地区="不符合"),)
    engine.matches = MatchResult("demand-1", 30, rows)
    reader = pdf(small_client.get("/demands/demand-1/dossier.pdf").content)
    words = plain(reader)
    for said in ("对得上的条目", "条目1（高度匹配）", "符合", "不符合", "案例：某厂案例",
                 "投资：未知，双方资料都没有给出", "只列出前10个"):  # fmt: skip
        assert said in words


def test_hostile_and_missing_words_stay_words(small_client: TestClient) -> None:
    for page in ("entries/entry-1", "demands/demand-1", "demands/demand-2"):
        answer = small_client.get(f"/{page}/dossier.pdf")
        assert answer.status_code == 200
        text = plain(pdf(answer.content))
        assert "未知" in text
        paper = Document(BytesIO(small_client.get(f"/{page}/dossier.docx").content))
        if page != "demands/demand-2":
            assert "".join(HOSTILE.split()) in text
            assert HOSTILE in paper_words(paper)


def test_markup_and_forbidden_letters_are_text() -> None:
    said = '#eval("1+1") $x$ *粗* _斜_ @label \\ // 注 [a](b) =标题 \x00\x08\ud800'
    dossier = made(
        title=said, lead=said,
        sections=[Section(said, [
            Words(said), Words(said, small=True), Lines([said]), Lines([said], plain=True),
            Facts([(said, said)]), Grid((said, said), (1, 2), [[said], [said, said]]),
        ])],
    )  # fmt: skip
    assert '#eval("1+1")' in plain(pdf(dossier_pdf.document(dossier))).replace("”", '"')
    assert "#eval" in paper_words(Document(BytesIO(dossier_docx.document(dossier))))


def test_what_is_no_entry_has_none(client: TestClient) -> None:
    for address in (
        "/entries/entry-9999/dossier.pdf", "/entries/demand-0001/dossier.docx",
        "/demands/entry-0001/dossier.pdf",
    ):  # fmt: skip
        assert client.get(address).status_code == 404
    assert client.get(f"{ENTRY}.odt").status_code in {404, 422}


def test_without_the_font_a_sentence_says_what_to_do(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none() -> None:
        raise dossier_pdf.FontMissing("本机没有 PDF 用的中文字体")

    monkeypatch.setattr(dossier_pdf, "_fonts", none)
    answer = client.get(f"{ENTRY}.pdf")
    assert answer.status_code == 503
    assert "没有 PDF 用的中文字体" in answer.text
