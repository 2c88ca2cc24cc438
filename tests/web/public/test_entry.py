"""An entry's page: what is known of it, what is not, and where to go from it."""

import re
from dataclasses import replace

from fastapi.testclient import TestClient

from kg.vocabulary import ENTRY_LABELS
from search.trees import Trees, all_nodes
from tests.web.public.reading import read
from web.app import create_app
from web.bootstrap import Platform
from web.public.around import Around
from web.public.related import related_entries
from web.settings import Settings


def test_it_answers_what_a_plant_asks(client: TestClient) -> None:
    page = read(client.get("/entries/entry-0001").text)
    for words in (
        "多晶硅四氯化硅冷氢化", "解决这样的问题", "综合能耗（改造后）", "70 kWh/kg", "最初180～200",
        "公开报道", "2015年", "应用案例", "供应方", "四川永祥多晶硅有限公司", "引用本条", "来源",
        "公开资料整理，未确认列入推广目录",
    ):  # fmt: skip
        assert words in page.text


def test_sections_stand_in_the_order_of_the_questions(client: TestClient) -> None:
    page = read(client.get("/entries/entry-0001").text)
    ids = [attrs["id"] for tag, attrs in page.tags if tag == "section" and "id" in attrs]
    assert ids == [
        "what", "figures", "where", "cases", "suppliers", "demands", "related", "sources"
    ]  # fmt: skip


def test_figures_name_their_source(client: TestClient) -> None:
    page = read(client.get("/entries/entry-0001").text)
    refs = {a["href"] for a in page.all("a") if a["href"].startswith("#source-")}
    assert refs
    ids = {attrs["id"] for _tag, attrs in page.tags if "id" in attrs}
    assert {ref[1:] for ref in refs} <= ids


def test_what_is_not_known_is_written(small_client: TestClient) -> None:
    page = read(small_client.get("/entries/entry-1").text)
    assert "投资、经济性 ： 未知" in page.text or "投资、经济性：未知" in page.text
    assert page.text.count("未知") >= 6


def test_collected_keys_are_not_shown(client: TestClient) -> None:
    text = client.get("/entries/entry-0001").text
    assert "energy-item-001" not in text


def test_related_entries_have_reasons_and_are_others(client: TestClient) -> None:
    page = read(client.get("/entries/entry-0001").text)
    assert "同属“" in page.text
    main = [a["href"] for a in page.all("a") if a["href"].startswith("/entries/")]
    assert len(set(main)) > 3
    assert "/entries/entry-0001" not in main


def test_the_picture_has_the_same_as_its_list(client: TestClient) -> None:
    html = client.get("/entries/entry-0001").text
    picture = html[html.index("<svg") : html.index("</svg>")]
    listed = html[html.index('class="dots ties"') :]
    links = [a["href"] for a in read(picture).all("a")]
    assert 0 < len(links) <= 14
    assert all(link in listed for link in (href.replace("&", "&amp;") for href in links))
    assert "style=" not in picture


def test_every_entry_of_the_seeds_has_a_page(client: TestClient, platform: Platform) -> None:
    for node in list(all_nodes(platform.store, ENTRY_LABELS))[::7]:
        answer = client.get(f"/entries/{node.id}")
        assert answer.status_code == 200
        page = read(answer.text)
        assert page.wrong == []
        assert node.props["name"] in page.text


def test_what_is_no_entry_is_not_found(client: TestClient) -> None:
    for address in (
        "/entries/org-0001",
        "/entries/entry-9999",
        "/entries/余热",
        "/entries/doc-0001",
    ):
        assert client.get(address).status_code == 404


def test_the_head_answers_what_everybody_asks(client: TestClient) -> None:
    page = read(client.get("/entries/entry-0001").text)
    start = page.text.index("将多晶硅副产四氯化硅转回原料")
    head = page.text[start : page.text.index("收录状态")]
    for words in (
        "综合能耗（改造后） 约 70 kWh/kg 公开报道，2015年", "技改投资 超过 6 亿元",
        "适用行业 光伏设备及元器件制造", "用过的案例 1 个 四川永祥多晶硅有限公司，2015年",
        "供应方 四川永祥多晶硅有限公司 川·乐山",
    ):  # fmt: skip
        assert words in head


def test_the_head_says_what_is_not_known(small_client: TestClient) -> None:
    text = read(small_client.get("/entries/entry-1").text).text
    head = text[: text.index("收录状态")]
    assert "投资 未知" in head
    assert "适用行业 未知" in head


def test_a_figure_stands_beside_the_same_of_others(client: TestClient) -> None:
    html = client.get("/entries/entry-0067").text
    page = read(html)
    assert "在 5 个可比条目中居第 2（按数值由高到低）" in page.text
    picture = html[html.index('class="peers"') : html.index('class="peers"') + 3000]
    dots = read(picture[picture.index("<svg") : picture.index("</svg>") + 6])
    assert len(dots.all("circle")) == 4
    listed = page.text[page.text.index("看这些条目") :]
    values = ["97%", "本条目 93.56%", "85%", "超过 80%", "超过 70%"]
    places = [listed.index(value) for value in values]
    assert places == sorted(places)


def test_few_others_are_named_without_a_place(client: TestClient) -> None:
    page = read(client.get("/entries/entry-0164").text)
    assert "另有 2 个条目的这项指标可比" in page.text
    assert "都没有写明与什么相比，仅供参考" in page.text
    assert "可比条目中居第" not in page.text
    (link,) = [a["href"] for a in page.all("a") if a["href"].count("id=entry-") == 3]
    assert client.get(link).status_code == 200


def test_entries_without_the_same_basis_are_not_compared(client: TestClient) -> None:
    """节能率 against 传统空调 (entry-0017) has nothing to do with 节能率 against nothing."""
    assert "可比" not in read(client.get("/entries/entry-0017").text).text


def test_the_citation_follows_the_standard(client: TestClient) -> None:
    text = read(client.get("/entries/entry-0001").text).text
    found = re.search(
        r"川渝绿色低碳技术产品装备供需图谱\. 多晶硅四氯化硅冷氢化节能降耗技术（永祥法）"
        r"（entry-0001）\[DB/OL\]\. \(\d{4}-\d\d-\d\d\)\[\d{4}-\d\d-\d\d\]\. "
        r"http://testserver/entries/entry-0001\.",
        text,
    )
    assert found


def test_the_owner_of_the_site_is_cited(platform: Platform) -> None:
    settings = Settings(_env_file=None, data=platform.settings.data, site_owner="某某委员会")
    client = TestClient(create_app(replace(platform, settings=settings)))
    text = read(client.get("/organizations/org-0001").text).text
    assert "某某委员会. 川渝绿色低碳技术产品装备供需图谱：" in text


def test_what_is_in_use_at_the_same_plant_is_related(platform: Platform) -> None:
    store = platform.store
    trees = Trees.read(store)
    found = 0
    for node in list(all_nodes(store, ENTRY_LABELS))[:60]:
        around = Around(store, trees, node.id)
        for one in related_entries(store, trees, around, node.id):
            if one.word == "同用":
                found += 1
                assert one.reason.startswith(("与本条目都用在", "与本条目用在同一个案例"))
    assert found


def test_the_page_leads_to_documents_and_the_explorer(client: TestClient) -> None:
    links = {a["href"] for a in read(client.get("/entries/entry-0001").text).all("a")}
    for address in (
        "/entries/entry-0001/dossier.docx", "/entries/entry-0001/dossier.pdf",
        "/feedback?about=entry-0001", "/graph/entry-0001",
    ):  # fmt: skip
        assert address in links
        assert client.get(address).status_code == 200


def test_a_page_and_a_comparison_say_the_places_of_the_result_list(client: TestClient) -> None:
    hits = read(client.get("/search?q=水泥立磨").text)
    assert "云南·文山" in hits.text
    head = read(client.get("/entries/entry-0074").text).text
    assert "地区未知" not in head
    assert "云南·文山" in read(client.get("/compare?id=entry-0074&id=entry-0203").text).text
