# Two commands: `make run` (serve) and `make test`. The rest is for those who change the code.
# Finished steps leave a stamp, so that doing them again costs nothing.

SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.stamp-run
READY_DEV := $(VENV)/.stamp-dev
ASSETS := web/static/vendor/.state
PIP := $(BIN)/python -m pip install --disable-pip-version-check -c constraints.txt
# the first Python that is new enough; `make PYTHON=... run` chooses another
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help run setup setup-dev browser check test bench screenshots crash format clean
.DELETE_ON_ERROR:

help:
	@echo 'make run      安装、准备并启动服务（首次需要几分钟）'
	@echo 'make test     安装测试所需并运行全部测试'
	@echo 'make check    代码检查：ruff、mypy、import-linter'
	@echo 'make setup    只安装，不启动'
	@echo 'make bench    速度和内存测试'
	@echo 'make crash    导入途中强行杀掉进程和 Neo4j 二十次（要设 KG_TEST_NEO4J_SERVER）'
	@echo 'make screenshots  为文档里的每类页面截图（docs/screenshots/）'
	@echo 'make format   整理代码格式'
	@echo 'make clean    删除安装的东西（不动数据目录）'

run: setup
	@exec $(BIN)/greenkg serve

setup: $(READY) $(ASSETS)

setup-dev: $(READY_DEV) $(ASSETS)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 或更新的版本，本机没有找到。' >&2; exit 1; }
	@touch .stamp-probe 2>/dev/null || { echo '这个目录不能写入，请换一个目录或改正权限。' >&2; exit 1; }
	@rm -f .stamp-probe
	@echo '建立 Python 环境 $(VENV) ……'
	@$(PYTHON) -m venv $(VENV) >/dev/null 2>&1 \
	|| { $(PYTHON) -m venv --clear --without-pip $(VENV) \
	     && $(PYTHON) -m pip --python $(BIN)/python install --quiet pip; } \
	|| { rm -rf $(VENV); echo 'Python 环境没有建成（Debian 上请先 apt install python3-venv）。' >&2; exit 1; }

$(READY): pyproject.toml constraints.txt | $(BIN)/python
	@echo '安装本系统和它依赖的软件包 ……'
	@$(PIP) -e . || { echo '软件包没有装好（原因见上），请检查网络、磁盘空间和 pip 的软件源后重试。' >&2; exit 1; }
	@touch $@

$(READY_DEV): $(READY)
	@echo '安装测试和检查用的软件包 ……'
	@$(PIP) --quiet -e '.[dev]' || { echo '软件包没有装好（原因见上），请检查网络、磁盘空间和 pip 的软件源后重试。' >&2; exit 1; }
	@touch $@

$(ASSETS): package.json package-lock.json web/vendor.py | $(READY)
	@$(BIN)/python -m web.vendor
	@touch $@

# Browser tests want a Chromium and Chinese letters: installed where that is possible, else the
# report of the tests says what is absent.
browser:
	@if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  want=''; command -v chromium >/dev/null || want='chromium'; \
	  [ -d /usr/share/fonts/opentype/noto ] || want="$$want fonts-noto-cjk"; \
	  if [ -n "$$want" ]; then echo "安装 $$want ……"; \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	      apt-get install -y -qq --no-install-recommends $$want >/dev/null \
	    || echo '没有装上，浏览器测试的情况见测试报告开头。'; fi; fi

check: setup-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

test: setup-dev browser
	@$(BIN)/python -m pytest

bench: setup-dev
	@$(BIN)/python -m pytest -m bench -s

crash: setup-dev
	@$(BIN)/python -m pytest -m crash -s tests/crash

screenshots: setup-dev browser
	@$(BIN)/python -m tests.browser.screenshots

format: setup-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:
	@rm -rf $(VENV) node_modules web/static/vendor web/fonts build dist *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
	@rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
