"""A demand's page and the list of demands."""

from fastapi.testclient import TestClient

from kg.vocabulary import Label
from search.documents import Card
from search.results import Criterion, Match, MatchResult, Verdict
from search.trees import all_nodes
from tests.web.public.conftest import FixedEngine
from tests.web.public.reading import read
from web.bootstrap import Platform


def match(number: int, fit: str, *, solved: bool = False, **verdicts: Verdict) -> Match:
    criteria = tuple(
        Criterion(name, verdict, f"{name}的依据") for name, verdict in verdicts.items()
    )
    card = Card(kind="技术")
    return Match(
        f"entry-{number}", f"条目{number}", card, fit, criteria, "行业符合", "某厂案例", solved  # type: ignore[arg-type]
    )  # fmt: skip


def test_a_solved_demand_shows_what_solved_it_and_the_result(client: TestClient) -> None:
    page = read(client.get("/demands/demand-0001").text)
    for words in (
        "现状与问题", "关键要求", "目标", "怎样解决的", "空压机余热利用节能改造", "275.9 tce",
        "成都环球特种玻璃制造有限公司", "特种玻璃制造", "已实施",
    ):  # fmt: skip
        assert words in page.text


def test_matches_are_a_table_with_the_fact_behind_each_cell(
    small_client: TestClient, engine: FixedEngine
) -> None:
    rows = (
        match(1, "高度匹配", 行业="符合", 投资="未知", 地区="部分符合"),
        match(2, "供参考", 行业="不符合", 投资="未知", 地区="未知"),
    )
    engine.matches = MatchResult("demand-1", 40, rows)
    page = read(small_client.get("/demands/demand-1").text)
    heads = [a.get("data-label") for a in page.all("td") if "data-label" in a]
    assert heads.count("行业") == 3  # once at the head of the page, for the best
    assert "投资" not in heads
    assert "投资：未知，双方资料都没有给出" in page.text
    assert "高度匹配 1 个 ，供参考 1 个" in page.text or "高度匹配 1 个，供参考 1 个" in page.text
    for words in ("行业的依据", "部分", "不符", "某厂案例", "只列出前 2 个"):
        assert words in page.text


def test_an_unsolved_demand_names_the_nearest_first(
    small_client: TestClient, engine: FixedEngine
) -> None:
    engine.matches = MatchResult("demand-1", 1, (match(1, "可能匹配", 行业="符合"),))
    assert "最可能解决它的" in small_client.get("/demands/demand-1").text
    assert "最可能解决它的" not in small_client.get("/demands/demand-2").text
    engine.matches = MatchResult("demand-1", 1, (match(1, "供参考", 行业="符合"),))
    assert "最可能解决它的" not in small_client.get("/demands/demand-1").text


def test_without_matches_there_is_a_way_on(small_client: TestClient) -> None:
    assert "目录里还没有对得上的条目" in small_client.get("/demands/demand-1").text


def test_every_demand_of_the_seeds_has_a_page(client: TestClient, platform: Platform) -> None:
    for node in list(all_nodes(platform.store, [Label.DEMAND]))[::5]:
        answer = client.get(f"/demands/{node.id}")
        assert answer.status_code == 200
        assert node.props["title"] in read(answer.text).text
    assert client.get("/demands/entry-0001").status_code == 404


def test_the_list_is_filtered_by_status_and_province_and_paged(client: TestClient) -> None:
    seen: list[str] = []
    address = "/demands?region=500000"
    while address:
        page = read(client.get(address).text)
        rows = [a["href"] for a in page.all("a") if a["href"].startswith("/demands/demand-")]
        seen += rows
        address = next((a["href"] for a in page.all("a") if a.get("rel") == "next"), "")
    assert len(seen) == len(set(seen))
    total = read(client.get("/demands?region=500000").text).text
    assert f"共 {len(seen)} 个需求" in total
    some = read(client.get("/demands?status=需求&region=510000").text)
    assert "待解决" in some.text


def test_bad_filters_are_said(client: TestClient) -> None:
    for address in ("/demands?status=乱写", "/demands?region=1", "/demands?page=xyz",
                    "/organizations?type=公司", "/organizations?page=99"):  # fmt: skip
        answer = client.get(address)
        assert answer.status_code == 422
        assert "筛选条件有误" in answer.text


def test_status_and_year_are_always_there(client: TestClient, platform: Platform) -> None:
    for node in list(all_nodes(platform.store, [Label.DEMAND]))[::17]:
        text = read(client.get(f"/demands/{node.id}").text).text
        head = text[: text.rindex("告诉我们")]
        year = node.props.get("year")
        assert f"{year}年" in head if year else "年份未知" in head
        assert any(word in head for word in ("待解决", "在建", "已实施"))


def test_similar_demands_elsewhere_have_their_reason(client: TestClient) -> None:
    page = read(client.get("/demands/demand-0021").text)
    assert "别处的同类需求" in page.text
    assert "同样涉及“" in page.text
    similar = page.text[page.text.index("别处的同类需求") : page.text.index("周边图谱")]
    assert "退役动力电池再生利用" in similar


def test_the_picture_of_a_demand_has_the_same_as_its_list(client: TestClient) -> None:
    html = client.get("/demands/demand-0001").text
    picture = html[html.index("<svg") : html.index("</svg>")]
    listed = html[html.index('class="dots ties"') :]
    links = [a["href"] for a in read(picture).all("a")]
    assert links
    assert all(link.replace("&", "&amp;") in listed for link in links)


def test_a_demand_leads_to_its_documents(client: TestClient) -> None:
    links = {a["href"] for a in read(client.get("/demands/demand-0001").text).all("a")}
    assert {
        "/demands/demand-0001/dossier.docx", "/demands/demand-0001/dossier.pdf",
        "/feedback?about=demand-0001", "/graph/demand-0001",
    } <= links  # fmt: skip
