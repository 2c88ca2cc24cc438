"""Settings: what they default to, what they refuse, and that the docs tell the same."""

from pathlib import Path

import pytest

from web.problems import BadSetting, Exit
from web.settings import Settings


def test_defaults_serve_this_machine_only_from_a_folder_here() -> None:
    settings = Settings.read()
    assert settings.address == "http://127.0.0.1:8000"
    assert settings.store_file == Path("data/graph.sqlite")
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
        ("KG_SEARCH", "neo4j", "只能是 'local'"),
        ("KG_STORE", "neo4j://graph:7687", "还不支持 Neo4j"),
        ("KG_STORE", "postgres://x", "sqlite:///"),
        ("KG_STORE", "sqlite:///", "sqlite:///"),
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
    assert Settings.read().store_file == tmp_path / "other.sqlite"


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings.read().port = 1
