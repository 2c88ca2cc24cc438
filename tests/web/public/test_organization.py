"""An organisation's page: what it offers, needs, has done, and what nobody knows of it."""

from fastapi.testclient import TestClient

from kg.vocabulary import Label
from search.trees import all_nodes
from tests.web.public.reading import read
from web.bootstrap import Platform


def test_it_tells_what_it_offers_needs_and_has_done(client: TestClient) -> None:
    page = read(client.get("/organizations/org-0002").text)
    for words in (
        "永祥股份有限公司", "又称 永祥、永祥股份", "下属单位 四川永祥多晶硅有限公司", "提供什么",
        "水泥联产物料循环", "持有", "需要什么", "多晶硅副产四氯化硅处置",
        "物料", "做过什么", "在本单位的应用", "本单位", "用在别的单位", "福华通达化学股份公司",
        "没有查到公开的荣誉", "周边图谱", "引用本条", "来源",
    ):  # fmt: skip
        assert words in page.text, words
    links = {a["href"] for a in page.all("a")}
    assert {"/feedback?about=org-0002", "/graph/org-0002"} <= links


def test_cases_name_their_source(client: TestClient) -> None:
    page = read(client.get("/organizations/org-0002").text)
    refs = {a["href"] for a in page.all("a") if a["href"].startswith("#source-")}
    assert refs
    assert {ref[1:] for ref in refs} <= {attrs.get("id") for _tag, attrs in page.tags}


def test_the_picture_has_the_same_as_its_list(client: TestClient) -> None:
    html = client.get("/organizations/org-0002").text
    picture = html[html.index("<svg") : html.index("</svg>")]
    links = [a["href"] for a in read(picture).all("a")]
    listed = html[html.index('class="dots ties"') :]
    assert links
    assert all(link.replace("&", "&amp;") in listed for link in links)


def test_honours_have_their_year_and_giver(client: TestClient, platform: Platform) -> None:
    node = next(
        n for n in all_nodes(platform.store, [Label.ORGANIZATION]) if n.props.get("honours")
    )
    honour = node.props["honours"][0]
    text = read(client.get(f"/organizations/{node.id}").text).text
    shown = text[text.index(honour["title"]) :]
    assert shown[:80].find(f"{honour['year']}年" if honour.get("year") else "未知") > 0


def test_emptiness_is_said(
    small_client: TestClient, platform: Platform, client: TestClient
) -> None:
    bare = read(small_client.get("/organizations/org-1").text).text
    for words in (
        "类型未知",
        "地区未知",
        "主营业务未知",
        "产出 未知",
        "消纳 未知",
        "没有查到公开的荣誉",
    ):
        assert words in bare, words
    store = platform.store
    lonely = next(
        n for n in all_nodes(store, [Label.ORGANIZATION])
        if {e.node.label for e in store.neighbours(n.id)} <= {Label.REGION, Label.DOCUMENT}
    )  # fmt: skip
    page = read(client.get(f"/organizations/{lonely.id}").text)
    for words in ("目录里没有它提供的条目", "没有查到它公开的需求", "没有查到公开的应用案例"):
        assert words in page.text


def test_every_organisation_of_the_seeds_has_a_page(client: TestClient, platform: Platform) -> None:
    for node in list(all_nodes(platform.store, [Label.ORGANIZATION]))[::25]:
        answer = client.get(f"/organizations/{node.id}")
        assert answer.status_code == 200
        page = read(answer.text)
        assert page.wrong == []
        assert node.props["name"] in page.text
    assert client.get("/organizations/entry-0001").status_code == 404
