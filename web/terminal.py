"""How the command line speaks: Chinese help and usage errors, tables for people, JSON for tools."""

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

_USAGE = {"Usage: ": "用法：", "[OPTIONS]": "[选项]", "COMMAND [ARGS]...": "命令 [参数]"}
_WORDS = (
    ("No such command", "没有这个命令"),
    ("No such option", "没有这个选项"),
    ("Did you mean", "您是不是要"),
    ("Possible options", "可用的选项"),
    ("Missing argument", "缺少参数"),
    ("Missing option", "缺少选项"),
    ("Missing command", "缺少命令"),
    ("Missing parameter", "缺少参数"),
    ("Got unexpected extra argument", "多出了参数"),
    ("Invalid value for ", "值不能用："),
    ("Invalid value: ", "值不能用："),
    ("Value error, ", ""),
    ("Input should be a valid integer, unable to parse string as an integer", "要是整数"),
    ("Input should be greater than or equal to", "不能小于"),
    ("Input should be less than or equal to", "不能大于"),
    ("does not take a value", "不带值"),
    ("requires an argument", "后面要有值"),
    ("is not a valid integer range", "不是整数"),
    ("is not a valid integer", "不是整数"),
    ("is not a valid int", "不是整数"),
    (" is not one of ", "不是可选的值："),
    ("is not in the range", "不在范围内："),
    ("does not exist", "不存在"),
    ("File", "文件"),
    ("Path", "路径"),
    ("Option", "选项"),
    (" or ", " 或 "),
)


def _in_chinese(usage: str) -> str:
    """Translate the usage line, and the headings of the help that follows it."""
    from typer import rich_utils  # loads slowly, and only help needs it

    rich_utils.ARGUMENTS_PANEL_TITLE = "参数"
    rich_utils.OPTIONS_PANEL_TITLE = "选项"
    rich_utils.COMMANDS_PANEL_TITLE = "命令"
    rich_utils.DEFAULT_STRING = "[默认：{}]"
    rich_utils.REQUIRED_LONG_STRING = "[必填]"
    for english, chinese in _USAGE.items():
        usage = usage.replace(english, chinese)
    return usage


def _help_in_chinese(option: Any) -> Any:
    if option is not None:
        option.help = "显示帮助后退出。"
    return option


class Command(TyperCommand):
    """A command whose usage line and help option are in Chinese."""

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        return _in_chinese(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option --help."""
        return _help_in_chinese(super().get_help_option(ctx))


class Group(TyperGroup):
    """The same for the whole program."""

    def get_usage(self, ctx: Any) -> str:
        """Return the usage line."""
        return _in_chinese(super().get_usage(ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Return the option --help."""
        return _help_in_chinese(super().get_help_option(ctx))


def usage_sentence(error: typer.TyperException) -> str:
    """Say a usage error in Chinese; words of rare ones stay as they are.

    Empty when there is nothing to say: no command was given and the help was shown.
    """
    words = error.format_message() if hasattr(error, "format_message") else str(error)
    for english, chinese in _WORDS:
        words = words.replace(english, chinese)
    words = words.strip().rstrip(".?。")
    return words and f"命令写法有误：{words}。用 greenkg --help 查看用法。"


def say(text: str) -> None:
    """Tell the person something that is not the result: it goes to stderr."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def write_json(value: object) -> None:
    """Write plain values, dataclasses and models as JSON to stdout."""
    from pydantic_core import to_jsonable_python

    plain = to_jsonable_python(value)
    sys.stdout.write(json.dumps(plain, ensure_ascii=False, indent=2) + "\n")


def write_line(line: str) -> None:
    """Write a line to stdout."""
    sys.stdout.write(f"{line}\n")


def write_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a table to stdout; numbers stand to the right."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    kept = [list(row) for row in rows]
    table = Table(title=title, title_justify="left", title_style="bold")
    for number, name in enumerate(columns):
        numeric = bool(kept) and all(isinstance(row[number], int | float) for row in kept)
        table.add_column(name, justify="right" if numeric else "left", overflow="fold")
    for row in kept:
        table.add_row(*(cell if isinstance(cell, Text) else Text(_cell(cell)) for cell in row))
    console = Console()
    if not console.is_terminal:
        console = Console(width=160)
    console.print(table)


def _cell(value: object) -> str:
    if value is None:
        return "未知"
    return f"{value:.4f}" if isinstance(value, float) else str(value)
