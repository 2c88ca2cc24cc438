"""An entry's page: what is known of it, what is not, and where to go from it."""

from fastapi.testclient import TestClient

from kg.vocabulary import ENTRY_LABELS
from search.trees import all_nodes
from tests.web.public.reading import read
from web.bootstrap import Platform


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
