"""The accessibility statement: what is aimed at, what was tested with what, what is known to lack.

What it claims to be tested names the test, and a test of this page looks whether that test exists.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from fastapi import APIRouter, Request
from starlette.responses import Response

from web.public.head import At, Head, described, head_of
from web.public.linked_data_values import way_down
from web.public.render import Context, render

REVIEWED = date(2026, 11, 23)
"""The day when this statement was last compared with the tests."""
AXE = "4.12"
WIDTHS = (1280, 360)


@dataclass(frozen=True, slots=True)
class Tested:
    """Something that is tested with each change; `test` is "file::function" below tests/."""

    what: str
    how: str
    test: str


EACH_PAGE = (
    "browser/test_pages.py::"
    "test_it_keeps_its_budget_fits_its_window_is_accessible_and_keeps_to_itself"
)
TESTED = (
    Tested(
        "对比度、名称、标签、层级等",
        f"axe-core {AXE} 的全部规则，Chromium，窗口宽 {WIDTHS[0]} 和 {WIDTHS[1]} 像素，"
        "各类页面各一页：严重和非常严重的问题为 0。",
        EACH_PAGE,
    ),
    Tested(
        "窄屏和放大",
        f"同样的页面在 {WIDTHS[1]} 像素宽的窗口里、文字放大到 200% 时、整页放大到 200% 时"
        "都不用左右滚动。",
        EACH_PAGE,
    ),
    Tested(
        "点按目标",
        "同样的页面上，能点的东西不小于 24 像素见方，或与旁边的隔开够远（WCAG 2.5.8）。",
        EACH_PAGE,
    ),
    Tested(
        "更窄的窗口",
        "首页、结果、条目、本页在 320 像素宽的窗口里不用左右滚动。",
        "browser/test_statement.py::test_pages_of_the_statement_reflow_and_keep_their_borders",
    ),
    Tested(
        "只用键盘",
        "输入提示按组合框的按键习惯操作；筛选、切换类别和排序后焦点留在原处。",
        "browser/test_suggestions.py::test_the_keys_of_a_combobox",
    ),
    Tested(
        "不用脚本",
        "关掉 JavaScript，各类页面的内容都在；描述问题、筛选、打开条目、打开需求能走通一遍。",
        "browser/test_pages.py::test_without_script_it_is_whole",
    ),
    Tested(
        "强制颜色（高对比度）",
        "选中的类别、排序、页码和导航除颜色外另有线条区分，按钮和输入框有边框，焦点看得见。",
        "browser/test_pages.py::test_with_forced_colours_what_is_chosen_has_a_line_of_its_own",
    ),
    Tested(
        "减少动态效果",
        "系统设为减少动态效果时，结果页上没有会动的东西。",
        "browser/test_pages.py::test_with_reduced_motion_nothing_moves",
    ),
    Tested(
        "页面结构",
        "语言标记、唯一的一级标题、标题不跳级、地标、跳到正文的链接、每个输入框有标签。",
        "web/public/test_every_page.py::test_it_is_chinese_with_one_h1_and_landmarks",
    ),
)
BY_DESIGN = (
    "状态、证据和类别都写成文字，不单靠颜色。",
    "图旁边都有同样内容的表格或列表。",
    "公开的页面没有会自己动、自己播放的内容，没有限时操作，没有验证码。",
    "出错时用文字说明哪里不对、怎样改，已经填的内容还在。",
)
LIMITS = (
    "自动检查只能发现一部分问题，还没有请视障、上肢不便的读者用读屏软件或其他辅助技术实际使用过。",
    "自动检查只在 Chromium 上做，没有在 Firefox、Safari 和手机自带的浏览器上逐页检查。",
    "长表格在窄屏上改成逐行显示；三列以上的对比表仍然较长，按行读比按列读方便。",
    "导出的表格和文档（xlsx、docx、PDF）没有做无障碍检查；同样的内容在网页上都有。",
    "链接到的外部原文不由本站制作，可能有障碍。",
    "没有手语、语音和大字版，可以用浏览器放大。",
)

router = APIRouter()


@dataclass(frozen=True, slots=True)
class AccessibilityPage(Context):
    """The statement."""

    template: ClassVar[str] = "accessibility.html"

    reviewed: date = REVIEWED
    tested: Sequence[Tested] = TESTED
    by_design: Sequence[str] = BY_DESIGN
    limits: Sequence[str] = LIMITS


@router.get("/accessibility", name="accessibility")
def show(request: Request) -> Response:
    """Show the statement."""
    return render(request, AccessibilityPage(title="无障碍声明"))


@head_of.register
def of_statement(page: AccessibilityPage, at: At) -> Head:
    """Return the head of the statement."""
    words = described("本站的无障碍目标、每次修改后检查什么、用什么检查、已知的不足和反馈办法。")
    return Head(at.here, words, things=[way_down(at, (page.title, at.links.accessibility()))])
