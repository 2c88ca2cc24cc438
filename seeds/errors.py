"""What can be wrong with a seed file, said by file, line and reason."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with a line; line 0 means the file as a whole."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        """Say where and what in Chinese."""
        where = f"{self.file} 第 {self.line} 行" if self.line else self.file
        return f"{where}：{self.reason}"


class BrokenSeed(Exception):
    """Seed files cannot be loaded; carries all problems, in the order of files and lines."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        listed = "\n".join(str(problem) for problem in self.problems)
        super().__init__(
            f"种子数据有 {len(self.problems)} 处问题，一条也没有载入，请改正后重新载入：\n{listed}"
        )
