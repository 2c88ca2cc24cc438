"""All settings, read once from the environment (and from `.env` beside the process).

Nothing else in the project reads the environment. `docs/settings.md` is held to this class by a
test.
"""

import os
import re
from ipaddress import ip_network
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from web.addresses import StoreAddress, without_login
from web.problems import BadSetting

PREFIX = "KG_"
WEAK = frozenset({
    "neo4j", "password", "change-me", "changeme", "secret", "admin", "123456", "12345678",
})  # fmt: skip
"""Passwords that stand in everybody's instructions."""


def _threads() -> int:
    return max(1, min(4, os.cpu_count() or 1))


class Settings(BaseSettings):
    """One value per environment variable `KG_<NAME>`; an empty variable counts as not set."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    data: Path = Field(Path("data"), description="数据目录：图谱、向量模型和向量都存放在这里。")
    host: str = Field("127.0.0.1", description="监听地址。对外提供服务时设为 0.0.0.0。")
    port: int = Field(8000, ge=1, le=65535, description="监听端口。")
    root_path: str = Field(
        "", description="路径前缀：经反向代理挂在子路径下时填写，例如 /kg。", examples=["/kg"]
    )
    proxies: str = Field(
        "127.0.0.1",
        description="可信的反向代理：地址或网段，用逗号分开；* 表示全部，只在别处连不到本进程时用。"
        "访客地址和协议取自它们转来的 X-Forwarded-For 和 X-Forwarded-Proto。",
    )
    store: str = Field(
        "",
        description="图谱存储地址。留空则用数据目录下的 graph.sqlite；也可写成 sqlite:////绝对路径，"
        "或 Neo4j 的地址 neo4j://主机:端口（加密用 neo4j+s://，"
        "指定数据库写成 neo4j://主机:端口/数据库名）。",
    )
    store_user: str = Field("neo4j", description="Neo4j 的用户名。")
    store_password: SecretStr = Field(
        SecretStr(""),
        validate_default=True,
        description="Neo4j 的密码，用 Neo4j 时必填；不会显示，也不会写进日志。",
    )
    from_password: SecretStr = Field(
        SecretStr(""),
        description="greenkg copy 的来源 Neo4j 的密码；留空用 KG_STORE_PASSWORD。",
    )
    to_password: SecretStr = Field(
        SecretStr(""),
        description="greenkg copy 的去处 Neo4j 的密码；留空用 KG_STORE_PASSWORD。",
    )
    store_wait: int = Field(
        60,
        ge=0,
        le=3600,
        description="启动网站时连不上 Neo4j，最多等待的秒数；0 表示不等。",
    )
    search: Literal["local", "neo4j"] = Field(
        "local",
        description="检索索引。local 是本进程内的精确索引；"
        "neo4j 用 Neo4j 自己的索引，适合单个进程放不下的图谱。",
    )
    embedding_model: str = Field(
        "",
        description="向量模型。留空用自带模型；none 表示只按词语检索；"
        "也可以是模型目录或 sentence-transformers 的模型名。",
    )
    threads: int = Field(
        default_factory=_threads, ge=1, le=256, description="向量模型使用的线程数。"
    )
    site_url: str = Field(
        "",
        description="对外的网址，只写协议和域名，例如 https://example.gov.cn；"
        "用在规范网址、网站地图、订阅和导出里。留空则按每次访问的地址。",
    )
    site_owner: str = Field("", description="页脚：主办单位。")
    site_contact: str = Field("", description="页脚：联系方式。")
    icp: str = Field("", description="页脚：ICP 备案号。")
    police_code: str = Field("", description="页脚：公安备案号。")
    site_code: str = Field("", description="页脚：网站标识码。")

    @field_validator("root_path")
    @classmethod
    def _prefix(cls, value: str) -> str:
        value = value.rstrip("/")
        if value and not value.startswith("/"):
            raise ValueError("要以 / 开头，例如 /kg")
        return value

    @field_validator("site_url")
    @classmethod
    def _origin(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9.:\[\]-]+", value.rstrip("/")):
            raise ValueError("只写协议和域名，例如 https://example.gov.cn，前缀写在 KG_ROOT_PATH")
        return value.rstrip("/")

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        try:
            for one in value.split(","):
                if value.strip() != "*":
                    ip_network(one.strip())
        except ValueError:
            raise ValueError("要写成 IP 地址或网段，用逗号分开，例如 10.0.0.5") from None
        return value.strip()

    @field_validator("store")
    @classmethod
    def _known_store(cls, value: str) -> str:
        if value:
            StoreAddress.parse(value)
        return value

    @field_validator("store_password")
    @classmethod
    def _strong(cls, value: SecretStr, info: ValidationInfo) -> SecretStr:
        if _on_neo4j(info):
            if not value.get_secret_value():
                raise ValueError("图谱存放在 Neo4j 时要填密码")
            if value.get_secret_value().lower() in WEAK:
                raise ValueError("不能用人人皆知的初始密码，请在 Neo4j 中改为自己的密码")
        return value

    @field_validator("search")
    @classmethod
    def _index_beside_store(cls, value: str, info: ValidationInfo) -> str:
        if value == "neo4j" and "store" in info.data and not _on_neo4j(info):
            raise ValueError("要先把图谱放在 Neo4j 里（KG_STORE=neo4j://主机:端口），否则用 local")
        return value

    @field_validator("data", mode="after")
    @classmethod
    def _home(cls, value: Path) -> Path:
        return value.expanduser()

    @property
    def store_at(self) -> StoreAddress:
        """Where the graph is."""
        if self.store:
            return StoreAddress.parse(self.store)
        return StoreAddress(file=self.data / "graph.sqlite")

    @property
    def model_folder(self) -> Path:
        """Where the default embedding model is prepared."""
        return self.data / "model"

    @property
    def vectors_folder(self) -> Path:
        """Where the vectors of passages are kept."""
        return self.data / "vectors"

    @property
    def address(self) -> str:
        """The address to open in a browser."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, self.host)  # noqa: S104
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port}{self.root_path}"

    @classmethod
    def read(cls, **given: Any) -> Self:
        """Read the environment; `given` values (of command line options) come first.

        Raises:
            BadSetting: names the variable, what was given and what is expected.
        """
        try:
            return cls(**{key: value for key, value in given.items() if value is not None})
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            name = str(first["loc"][0]) if first["loc"] else ""
            shown = _shown(name, first["input"])
            raise BadSetting(PREFIX + name.upper(), shown, _reason(first)) from error


def _on_neo4j(info: ValidationInfo) -> bool:
    store = info.data.get("store")
    return store is not None and store != "" and StoreAddress.parse(store).on_neo4j


def _shown(name: str, given: Any) -> Any:
    """Return what may be shown of a value that was refused."""
    if name == "store_password":
        return "***" if str(given) else ""
    return without_login(given) if isinstance(given, str) else given


def _reason(problem: Any) -> str:
    """Say what is expected, in Chinese, for the kinds of problem these fields can have."""
    context = problem.get("ctx", {})
    match problem["type"]:
        case "value_error":
            return str(context["error"])
        case "int_parsing" | "int_type" | "int_from_float":
            return "要是整数"
        case "greater_than_equal":
            return f"不能小于 {context['ge']}"
        case "less_than_equal":
            return f"不能大于 {context['le']}"
        case "literal_error":
            return f"只能是 {context['expected']}"
        case _:
            return str(problem["msg"])
