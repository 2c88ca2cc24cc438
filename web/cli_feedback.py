"""The command that lists what readers say is wrong; pages for staff come with accounts."""

from typing import Annotated

import typer

from kg.model import Feedback
from kg.query import MAX_LIMIT, Filter, Op, Query
from kg.store import GraphStore
from kg.vocabulary import Label
from web.settings import Settings
from web.terminal import Command, write_json, write_line, write_table

Json = Annotated[bool, typer.Option("--json", help="以 JSON 输出，供程序读取。")]


def remarks(store: GraphStore, about: str | None = None, limit: int = 50) -> list[Feedback]:
    """Return what readers have handed in, the newest first; `about` one node or all."""
    filters = (Filter("about", Op.EQ, about),) if about else ()
    query = Query(frozenset({Label.FEEDBACK}), filters, order_by="at", descending=True, limit=limit)
    return [Feedback.from_node(node) for node in store.find(query).nodes]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("feedback", cls=Command)(_feedback)


def _feedback(
    about: Annotated[
        str | None, typer.Option(help="只列关于这个编号的，例如 entry-0001。", metavar="编号")
    ] = None,
    limit: Annotated[int, typer.Option(min=1, max=MAX_LIMIT, help="最多列出几条。")] = 50,
    *,
    json: Json = False,
) -> None:
    """列出读者反映的错误，最新的在前。"""
    from web.bootstrap import settings_store

    settings = Settings.read()
    file = settings.store_at.file
    found: list[Feedback] = []
    if file is None or file.is_file():
        store = settings_store(settings)
        try:
            found = remarks(store, about, limit)
        finally:
            store.close()
    if json:
        write_json(found)
    elif found:
        _show(found)
    else:
        write_line("还没有读者反映错误。")


def _show(found: list[Feedback]) -> None:
    columns = ("编号", "时间（UTC）", "关于", "部分", "有什么错", "应该是什么", "依据", "联系方式")
    rows = [
        (
            one.id.removeprefix("feedback-"), one.at, f"{one.about} 第 {one.revision} 版", one.part,
            one.wrong, one.right or "", one.source or "", one.contact or "",
        )
        for one in found
    ]  # fmt: skip
    write_table(f"读者反映的错误：{len(found)} 条", columns, rows)
