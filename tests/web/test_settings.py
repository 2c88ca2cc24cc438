"""Settings: what they default to, what they refuse, and that the docs tell the same."""

import traceback
from pathlib import Path

import pytest

from web.problems import BadSetting, Exit
from web.settings import Settings

SECRET = "kept-to-ourselves"


def test_defaults_serve_this_machine_only_from_a_folder_here() -> None:
    settings = Settings.read()
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.store_at.file == Path("data/graph.sqlite")
    assert settings.model_folder == Path("data/model")


def test_values_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PORT", "8123")
    monkeypatch.setenv("KG_ROOT_PATH", "/kg/")
    monkeypatch.setenv("KG_SITE_OWNER", "重庆市经济和信息化委员会")
    settings = Settings.read()
    assert settings.address == "http://127.0.0.1:8123/kg"
    assert settings.site_owner == "重庆市经济和信息化委员会"


def test_an_option_comes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PORT", "8123")
    assert Settings.read(port=9000).port == 9000
    assert Settings.read(port=None).port == 8123


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_PORT", "")
    assert Settings.read().port == 8000


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:8000"),
        ("::", "http://[::1]:8000"),
        ("::1", "http://[::1]:8000"),
        ("kg.example", "http://kg.example:8000"),
    ],
)
def test_the_address_can_be_opened(host: str, address: str) -> None:
    assert Settings.read(host=host).address == address


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("KG_PORT", "ab", "要是整数"),
        ("KG_PORT", "0", "不能小于 1"),
        ("KG_PORT", "70000", "不能大于 65535"),
        ("KG_THREADS", "0", "不能小于 1"),
        ("KG_ROOT_PATH", "kg", "要以 / 开头"),
        ("KG_SITE_URL", "example.gov.cn", "只写协议和域名"),
        ("KG_SITE_URL", "https://example.gov.cn/kg", "前缀写在 KG_ROOT_PATH"),
        ("KG_PROXIES", "proxy", "要写成 IP 地址或网段"),
        ("KG_PROXIES", "10.0.0.5,*", "要写成 IP 地址或网段"),
        ("KG_SEARCH", "elastic", "只能是 'local'"),
        ("KG_SEARCH", "neo4j", "要先把图谱放在 Neo4j 里"),
        ("KG_STORE_WAIT", "-1", "不能小于 0"),
        ("KG_STORE", "postgres://x", "sqlite:///"),
        ("KG_STORE", "sqlite:///", "sqlite:///"),
        ("KG_STORE", "neo4j://", "neo4j://主机:端口"),
        ("KG_STORE", "neo4j://graph:70000", "neo4j://主机:端口"),
        ("KG_STORE", "neo4j://graph:x", "neo4j://主机:端口"),
        ("KG_STORE", "bolt+t://graph", "neo4j://主机:端口"),
        ("KG_STORE", "neo4j://graph/a/b", "不是 Neo4j 的数据库名"),
        ("KG_STORE", "neo4j://graph/'", "不是 Neo4j 的数据库名"),
    ],
)
def test_a_wrong_value_is_one_sentence_that_names_the_variable(
    variable: str, value: str, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(BadSetting) as caught:
        Settings.read()
    sentence = str(caught.value)
    assert caught.value.code is Exit.SETTING
    assert variable in sentence
    assert value in sentence
    assert words in sentence
    assert "\n" not in sentence


def test_the_store_may_be_another_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KG_STORE", f"sqlite:///{tmp_path}/other.sqlite")
    assert Settings.read().store_at.file == tmp_path / "other.sqlite"


@pytest.mark.parametrize(
    ("address", "uri", "database"),
    [
        ("neo4j://graph:7687", "neo4j://graph:7687", None),
        ("neo4j+s://graph.example/", "neo4j+s://graph.example", None),
        ("bolt://[::1]:7687/greenkg", "bolt://[::1]:7687", "greenkg"),
        ("neo4j://graph:7687/neo4j?policy=west", "neo4j://graph:7687?policy=west", "neo4j"),
    ],
)
def test_the_store_may_be_a_server(
    address: str, uri: str, database: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_STORE", address)
    monkeypatch.setenv("KG_STORE_PASSWORD", SECRET)
    at = Settings.read(search="neo4j").store_at
    assert at.on_neo4j
    assert (at.uri, at.database) == (uri, database)


@pytest.mark.parametrize(
    ("password", "words"),
    [(None, "要填密码"), ("", "要填密码"), ("neo4j", "初始密码"), ("Change-Me", "初始密码")],
)
def test_a_server_wants_a_password_that_is_not_everybodys(
    password: str | None, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_STORE", "neo4j://graph")
    if password is not None:
        monkeypatch.setenv("KG_STORE_PASSWORD", password)
    with pytest.raises(BadSetting, match=words) as caught:
        Settings.read()
    assert "KG_STORE_PASSWORD" in str(caught.value)
    assert not password or f"“{password}”" not in str(caught.value)


def test_the_password_is_shown_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_STORE", "neo4j://graph")
    monkeypatch.setenv("KG_STORE_PASSWORD", SECRET)
    settings = Settings.read()
    shown = (repr(settings), str(settings), settings.model_dump_json(), str(settings.model_dump()))
    assert not any(SECRET in text for text in shown)
    monkeypatch.setenv("KG_PORT", "ab")
    with pytest.raises(BadSetting) as caught:
        Settings.read()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize(
    "address",
    [
        f"neo4j://me:{SECRET}@graph:7687",
        f"neo4j://me:ab/{SECRET}@graph",
        f"neo4j://me:12/{SECRET}@graph",
        f"neo4j://me:{SECRET}/ab@cd@graph",
        f"neo4j://me:ab#{SECRET}@graph",
        f"neo4j://me:ab?{SECRET}@graph",
        f"neo4j:/me:ab\n{SECRET}@graph",
        f"me:{SECRET}@graph",
    ],
)
def test_a_login_in_the_address_is_refused_and_not_repeated(
    address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_STORE", address)
    with pytest.raises(BadSetting, match="KG_STORE_USER") as caught:
        Settings.read()
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.read().port = 1
