"""The whole system on Neo4j: commands, refusals, and a server that goes away and comes back."""

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from kg.model import Node
from kg.stores.neo4j import Neo4jGraphStore
from tests.contracts.backends import erase_neo4j, neo4j_login
from tests.parts import neo4j_script
from tests.serving import COMMAND, Database, Serving, environment, eventually, script_or_skip
from web.cli import main
from web.problems import Exit

Run = Callable[..., tuple[int, str, str]]
ENTRY = "entry-0001"


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command on the Neo4j for tests; settings are given as `store=…`."""
    login = neo4j_login() or pytest.skip("没有 Neo4j（KG_TEST_NEO4J_URI）")

    def call(*arguments: str, **settings: str) -> tuple[int, str, str]:
        names = ("store", "store_user", "store_password")
        fixed = {"data": str(tmp_path), "embedding_model": "none"}
        for name, value in {**dict(zip(names, login, strict=True)), **fixed, **settings}.items():
            monkeypatch.setenv(f"KG_{name.upper()}", value)
        code = main(list(arguments))
        out, err = capsys.readouterr()
        return code, out, err

    return call


def test_every_command_works_on_neo4j(run: Run, tmp_path: Path) -> None:
    erase_neo4j(tmp_path)
    code, out, _err = run("info")
    assert (code, "图谱还没有数据" in out) == (Exit.OK, True)
    code, out, _err = run("seed", "--json")
    assert code == Exit.OK
    assert json.loads(out)["written_nodes"] > 1000
    code, out, _err = run("search", "焦炉烟气余热回收", "--json")
    assert code == Exit.OK
    assert json.loads(out)["hits"]
    code, out, _err = run("match", "demand-0001", "--json")
    assert code == Exit.OK
    assert "matches" in json.loads(out)
    code, out, _err = run("reindex", "--json")
    assert (code, json.loads(out)["entries"] > 200) == (Exit.OK, True)
    code, out, _err = run("seed", "--json")
    loaded = json.loads(out)
    assert (loaded["written_nodes"], loaded["written_edges"]) == (0, 0)
    code, out, _err = run("info", "--json")
    state = json.loads(out)
    assert state["nodes"]["Technology"] > 50
    assert state["store"] == (neo4j_login() or ("",))[0]
    assert not list(tmp_path.glob("graph.sqlite*"))


def test_no_command_shows_the_password(run: Run) -> None:
    _uri, _user, password = neo4j_login() or pytest.skip("没有 Neo4j")
    for arguments in (["info"], ["info", "--json"]):
        code, out, err = run(*arguments)
        assert code == Exit.OK
        assert password not in out + err


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"store_password": "wrong-one"}, "用户名或密码不对"),
        ({"store_user": "nobody"}, "用户名或密码不对"),
        ({"store": "{uri}/absent"}, "没有这个名称的数据库"),
        ({"store": "bolt://127.0.0.1:1"}, "连不上 Neo4j（bolt://127.0.0.1:1）"),
        ({"store": "neo4j+s://127.0.0.1:{port}"}, "是否开启了加密"),
        ({"store": "neo4j://nowhere.invalid"}, "连不上 Neo4j（neo4j://nowhere.invalid）"),
    ],
)
def test_what_cannot_be_opened_is_one_sentence(
    run: Run, settings: dict[str, str], words: str
) -> None:
    uri = (neo4j_login() or ("",))[0]
    port = uri.rpartition(":")[2]
    given = {name: value.format(uri=uri, port=port) for name, value in settings.items()}
    code, out, err = run("search", "余热", **given)
    assert code == Exit.STORE
    assert out == ""
    assert words in err
    assert len(err.splitlines()) == 1


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A Neo4j of our own, not started yet."""
    own = Database(script_or_skip(neo4j_script()), tmp_path_factory.mktemp("neo4j") / "home")
    yield own
    own.kill()


@pytest.fixture(scope="module")
def web(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """A web process that was started before its database, as containers are."""
    settings = {**database.settings, "KG_STORE_WAIT": "300"}
    served = Serving(tmp_path_factory.mktemp("web"), None, settings)
    try:
        assert eventually(lambda: "等待 Neo4j 启动" in served.said, 60), served.said
        assert "已启动" not in served.said
        database.start()
        yield served.wait()
    finally:
        served.stop()


def test_a_start_waits_for_the_database(web: Serving) -> None:
    assert web.ready()
    assert web.ids("余热回收")


def test_a_start_waits_only_so_long(tmp_path: Path) -> None:
    script_or_skip(neo4j_script())
    settings = {
        "KG_STORE": "neo4j://127.0.0.1:1",
        "KG_STORE_PASSWORD": "some-password",
        "KG_STORE_WAIT": "1",
        "KG_DATA": str(tmp_path),
        "KG_EMBEDDING_MODEL": "none",
    }
    began = time.monotonic()
    ran = subprocess.run(
        [*COMMAND, "serve"],
        env={**environment(settings), "KG_PORT": "18999"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == Exit.STORE
    assert "连不上 Neo4j" in ran.stderr.splitlines()[-1]
    assert time.monotonic() - began < 60


@pytest.fixture(scope="class")
def lost(web: Serving, database: Database) -> Iterator[Serving]:
    """The web process after its database was killed: the first to ask finds out."""
    web.web.get(f"/entries/{ENTRY}").raise_for_status()
    web.web.get("/").raise_for_status()
    database.kill()
    began = time.monotonic()
    assert web.web.get("/demands").status_code == 503
    assert time.monotonic() - began < 20
    yield web
    database.start()


class TestWhileTheDatabaseIsAway:
    def test_it_is_alive_but_not_ready(self, lost: Serving) -> None:
        assert lost.web.get("/healthz").status_code == 200
        answer = lost.web.get("/readyz")
        assert answer.status_code == 503
        assert answer.headers["retry-after"]
        checks = answer.json()["checks"]
        assert checks["store"]["status"] == "failed"
        assert "连不上 Neo4j" in checks["store"]["reason"]
        assert checks["index"]["status"] == "ok"

    def test_searches_go_on_from_memory(self, lost: Serving) -> None:
        page = lost.web.get("/search", params={"q": "余热回收"})
        assert page.status_code == 200
        assert "为您找到" in page.text
        assert lost.ids("余热回收")
        assert lost.web.get("/suggest", params={"q": "余热"}).status_code == 200

    def test_pages_say_so_and_keep_what_was_asked(self, lost: Serving) -> None:
        page = lost.web.get(f"/entries/{ENTRY}", params={"from": "a&b"})
        assert page.status_code == 503
        assert int(page.headers["retry-after"]) <= 10
        assert "暂时连不上" in page.text
        assert f'href="/entries/{ENTRY}?from=a%26b"' in page.text
        assert "编号" in page.text
        assert not [word for word in ("Neo4j", "bolt", "Traceback") if word in page.text]

    def test_a_form_keeps_its_content(self, lost: Serving) -> None:
        fields = {"about": ENTRY, "wrong": "单位“万元”应为 <亿元>", "token": ""}
        page = lost.web.post("/feedback", data=fields)
        assert page.status_code == 503
        assert "单位“万元”应为 &lt;亿元&gt;" in page.text
        assert "再提交一次" in page.text

    def test_programs_are_told_when_to_ask_again(self, lost: Serving) -> None:
        answer = lost.web.get(f"/api/v1/entries/{ENTRY}")
        assert answer.status_code == 503
        assert answer.headers["content-type"] == "application/problem+json"
        assert int(answer.headers["retry-after"]) <= 10
        body = answer.json()
        assert body["code"] == "store-unreachable"
        assert "Neo4j" not in body["detail"]

    def test_nobody_waits_for_long(self, lost: Serving) -> None:
        """One caller a second tries for some seconds; all others are told at once."""
        took = []
        for _ in range(10):
            began = time.monotonic()
            assert lost.web.get("/demands").status_code == 503
            took.append(time.monotonic() - began)
        assert sorted(took)[5] < 2, took

    def test_the_log_has_one_line_of_it(self, lost: Serving) -> None:
        assert lost.said.count("change feed") == 1, lost.said
        assert "Traceback" not in lost.said


class TestWhenTheDatabaseIsBack:
    def test_pages_work_again_without_a_restart(self, web: Serving) -> None:
        assert eventually(web.ready), web.said
        assert web.web.get(f"/entries/{ENTRY}").status_code == 200

    def test_changes_are_followed_again(self, web: Serving, database: Database) -> None:
        with closing(Neo4jGraphStore(database.uri, "neo4j", database.password)) as store:
            like = store.get(ENTRY)
            words = {"name": "辛壬癸专用除垢机", "summary": "用于锅炉除垢。"}
            store.put(Node("entry-later", like.label, {**like.props, **words}))
        assert eventually(lambda: web.ids("辛壬癸专用除垢机")[:1] == ["entry-later"]), web.said
