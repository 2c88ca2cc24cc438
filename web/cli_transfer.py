"""The commands that move whole graphs: copy, backup, restore."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from web.addresses import StoreAddress
from web.problems import BadSetting, Exit, Problem
from web.progress import Progress, SilentProgress, progress_for
from web.settings import Settings
from web.terminal import Command, write_json, write_line
from web.transfer_parts import Done, Login

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]
File = Annotated[Path, typer.Argument(help="备份文件。", metavar="文件")]


def _copy(
    source: Annotated[
        str, typer.Option("--from", help="来源：sqlite:///文件路径 或 neo4j://主机:端口。")
    ],
    target: Annotated[str, typer.Option("--to", help="去处，写法相同。")],
    source_user: Annotated[
        str | None, typer.Option("--from-user", help="来源 Neo4j 的用户名，代替 KG_STORE_USER。")
    ] = None,
    target_user: Annotated[
        str | None, typer.Option("--to-user", help="去处 Neo4j 的用户名，代替 KG_STORE_USER。")
    ] = None,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="删除去处原有的全部内容，从头复制。")
    ] = False,
    json: Json = False,
) -> None:
    """把整个图谱复制到另一个存储，可以中断后接着做，结束时核对两边。"""
    from web import transfer

    settings = Settings.read()
    here = _login(settings, source, "from", source_user)
    there = _login(settings, target, "to", target_user)
    done = transfer.copy(
        here, there, _progress(json=json), settings.vectors_folder, replace=replace
    )
    _show("已复制", done, json=json)


def _backup(
    file: File,
    *,
    force: Annotated[bool, typer.Option("--force", help="文件已存在时覆盖它。")] = False,
    json: Json = False,
) -> None:
    """把整个图谱备份成一个文件：压缩，带版本和校验和。"""
    from web import transfer

    settings = Settings.read()
    place = _configured(settings)
    done = transfer.backup(place, file, _progress(json=json), settings.vectors_folder, force=force)
    _show("已备份", done, json=json)


def _restore(
    file: File,
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="用备份代替图谱里原有的全部内容。")
    ] = False,
    json: Json = False,
) -> None:
    """从备份文件恢复图谱；先检查整个文件，损坏的或更新版本写的不用。"""
    from web import transfer

    settings = Settings.read()
    place = _configured(settings)
    done = transfer.restore(
        file, place, _progress(json=json), settings.vectors_folder, replace=replace
    )
    _show("已恢复", done, json=json)


_MORE = {
    "copy": "编号、版本号、关系、私有记录和向量都会复制；来源是文件时，向量取自它旁边的 vectors，"
    "没有才取 KG_DATA 里的；去处是文件时放进 KG_DATA。随时可以中断，"
    "再运行一次同一条命令就接着做，不会重复；其间来源有改动也会跟上。结束时读回两边，核对数量、校验和、向量；没有做完时，"
    "去处标为“未完成”，网站不会用它启动；"
    "正在用去处的网站请先停止，否则它会显示不完整的内容。来源是 Neo4j 时，复制期间写入要等待。"
    "密码不写在命令行里：来源用 KG_FROM_PASSWORD，去处用 KG_TO_PASSWORD，"
    "没有设置时用 KG_STORE_PASSWORD，再没有就在终端里询问。",
    "backup": "备份的是 KG_STORE 的图谱，网站不用停；图谱在 Neo4j 里时，备份期间写入要等待。"
    "文件只有本人可读，写完整了才出现；已有的文件不会被覆盖，除非加 --force。",
    "restore": "恢复到 KG_STORE 的图谱，它要是空的，或者加 --replace。"
    "请先停止网站，用运行网站的那个用户执行。"
    "在 SQLite 文件里：内容先恢复到旁边的新文件，完成后一次换上，"
    "中断了原来的图谱不变。在 Neo4j 里：先清空再导入，其间图谱标为“未完成”，"
    "网站不会用它启动（已经开着的会显示不完整的内容）；"
    "中断了，再运行一次同一条命令就接着做完。",
}


def register(app: typer.Typer) -> None:
    """Add the commands to the program."""
    for name, command in (("copy", _copy), ("backup", _backup), ("restore", _restore)):
        app.command(name, cls=Command, epilog=_MORE[name])(command)


def _progress(*, json: bool) -> Progress:
    return SilentProgress() if json and not sys.stderr.isatty() else progress_for()


def _configured(settings: Settings) -> Login:
    password = settings.store_password.get_secret_value()
    return Login(settings.store_at, settings.store_user, password)


def _login(settings: Settings, text: str, side: str, user: str | None) -> Login:
    """Return one side of a copy with its password.

    Raises:
        Problem: the address cannot be read, or there is no password.
    """
    try:
        address = StoreAddress.parse(text)
    except ValueError as error:
        raise Problem(f"--{side} 不能用：{error}。", Exit.USAGE) from None
    if not address.on_neo4j:
        return Login(address)
    own = settings.from_password if side == "from" else settings.to_password
    password = own.get_secret_value() or settings.store_password.get_secret_value()
    if not password and sys.stdin.isatty():
        password = typer.prompt(f"{address} 的密码", hide_input=True, err=True)
    if not password:
        name = f"KG_{side.upper()}_PASSWORD"
        raise BadSetting(name, "", "要填 Neo4j 的密码（也可以用 KG_STORE_PASSWORD）")
    return Login(address, user or settings.store_user, password)


def _show(what: str, done: Done, *, json: bool) -> None:
    if json:
        write_json(done)
        return
    where = f"到 {done.file}（{(done.size or 0) / 1e6:.1f} MB）" if done.file else ""
    again = "（接着上次没有做完的）" if done.resumed else ""
    vectors = f"、{done.vectors} 个向量" if done.vectors else ""
    none = "" if done.vectors else "来源没有保存的向量，用到时会重新编码。"
    write_line(
        f"{what}{where}{again}：{done.nodes} 个节点、{done.edges} 条关系{vectors}，"
        f"核对一致，校验和 {done.checksum}，用时 {done.seconds} 秒。{none}"
    )
