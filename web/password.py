"""`python -m web.password`: whether a database may be made with this password.

The service `check` of docker-compose.yml, before Neo4j: its image keeps a password that everybody
knows, stops at a short one without this program's words, and writes one with a slash to its log.
"""

import sys

from web.problems import Exit, Problem
from web.settings import WEAK, Settings
from web.terminal import say

SHORTEST = 8
"""Neo4j's own bound."""


def check_password(password: str) -> None:
    """Return when the password may be used.

    Raises:
        Problem: says why not, and never what it is.
    """
    if not password:
        reason = "没有填写"
    elif len(password) < SHORTEST:
        reason = f"不能用：少于 {SHORTEST} 个字符"
    elif password.lower() in WEAK:
        reason = "不能用：这是人人皆知的密码"
    elif "/" in password:
        reason = "不能用：含有 /，Neo4j 的镜像不接受"
    else:
        return
    raise Problem(
        f"NEO4J_PASSWORD {reason}。请在 .env 里换一个，例如 openssl rand -hex 24 的输出，"
        "再启动一次。Neo4j 还没有启动，这个密码没有用过。",
        Exit.SETTING,
    )


def main() -> int:
    """Check the password of the environment; return the exit code."""
    try:
        # without a store the settings leave the password to us
        check_password(Settings.read(store="").store_password.get_secret_value())
    except Problem as problem:
        say(str(problem))
        return problem.code
    return Exit.OK


if __name__ == "__main__":
    sys.exit(main())
