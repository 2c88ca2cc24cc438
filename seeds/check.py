"""The rules that seed files keep beyond the model: references, codes, units, duplicates, links.

Every rule yields problems with file and line; nothing stops at the first.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from kg.model import Demand, Document, Entry, Figure, Organization, Record
from kg.vocabulary import RELATION_ENDS
from search.lexicon import BadLexicon, read_lexicon
from seeds.codes import code_problems
from seeds.errors import Problem
from seeds.figures import figure_problems
from seeds.read import Seeds
from seeds.records import Sown
from seeds.sources import linkable

Rule = Callable[[Seeds], Iterable[Problem]]


def find_problems(seeds: Seeds, folder: Path) -> list[Problem]:
    """Return everything that is wrong, in the order of files and lines; empty when all is well."""
    found = list(seeds.problems)
    for rule in _RULES:
        found.extend(rule(seeds))
    try:
        indicators = read_lexicon(folder / "vocab").indicators
    except BadLexicon as error:
        found.append(_of_lexicon(str(error)))
    except FileNotFoundError as error:
        found.append(Problem(f"vocab/{Path(error.filename).name}", 0, "文件不存在。"))
    else:
        found.extend(figure_problems(_figures(seeds), indicators, _documents(seeds)))
    return sorted(set(found))


def _of_lexicon(message: str) -> Problem:
    """Turn the lexicon's own message (“file 第 n 行：reason”) into a problem."""
    where, _, reason = message.partition("：")
    file, _, rest = where.partition(" 第 ")
    return Problem(f"vocab/{file}", int(rest.removesuffix(" 行")), reason)


def _documents(seeds: Seeds) -> frozenset[str]:
    return frozenset(p.record.id for p in seeds.sown if isinstance(p.record, Document))


def _figures(seeds: Seeds) -> Iterator[tuple[Sown, Figure]]:
    for part in seeds.sown:
        match part.record:
            case Entry(figures=figures) | Demand(targets=figures):
                yield from ((part, figure) for figure in figures)


def _ids_are_unique(seeds: Seeds) -> Iterator[Problem]:
    first: dict[str, Sown] = {}
    for part in seeds.sown:
        if (other := first.setdefault(part.record.id, part)) is not part:
            yield part.line.problem(
                f"编号“{part.record.id}”重复，{other.line.file} 第 {other.line.number} 行已用。"
            )


def _references_exist(seeds: Seeds) -> Iterator[Problem]:
    records = {part.record.id: part.record for part in seeds.sown}
    for part in seeds.sown:
        for edge in part.edges:
            other = edge.target if edge.source == part.record.id else edge.source
            ends = RELATION_ENDS[edge.relation]
            if other == part.record.id:
                yield part.line.problem(f"“{other}”不能引用自己。")
            elif other not in records:
                yield part.line.problem(f"引用的“{other}”不存在。")
            elif (
                records[edge.source].label not in ends.sources
                or records[edge.target].label not in ends.targets
            ):
                yield part.line.problem(f"关系“{ends.forwards}”不能指向“{other}”。")


def _trees_have_no_circle(seeds: Seeds) -> Iterator[Problem]:
    above = {
        e.source: e.target for part in seeds.sown for e in part.edges if e.relation == "PART_OF"
    }
    for part in seeds.sown:
        seen, at = {part.record.id}, above.get(part.record.id)
        while at is not None and at not in seen:
            seen.add(at)
            at = above.get(at)
        if at == part.record.id:
            yield part.line.problem(f"“{at}”的上级绕回了自己。")


def _keys_are_used_once(seeds: Seeds) -> Iterator[Problem]:
    used: dict[str, str] = {}
    for part in seeds.sown:
        for key in getattr(part.record, "keys", []):
            if (other := used.setdefault(key, part.record.id)) != part.record.id:
                yield part.line.problem(f"原始记录“{key}”已归入“{other}”。")


def _names_are_unique(seeds: Seeds) -> Iterator[Problem]:
    names: dict[tuple[type[Record], str], str] = {}
    for part in seeds.sown:
        if isinstance(part.record, Entry | Organization):
            name = "".join(part.record.name.split()).casefold()
            other = names.setdefault((type(part.record), name), part.record.id)
            if other != part.record.id:
                yield part.line.problem(f"名称“{part.record.name}”与“{other}”相同，应合并。")


def _addresses_are_linkable(seeds: Seeds) -> Iterator[Problem]:
    for part in seeds.sown:
        if isinstance(part.record, Document) and part.record.url and not linkable(part.record.url):
            yield part.line.problem(f"网址不在允许的网站内：{part.record.url}")


def _left_out_says_why(seeds: Seeds) -> Iterator[Problem]:
    for line in seeds.left_out:
        for field in ("key", "what", "reason"):
            if not isinstance(line.data.get(field), str) or not line.data[field].strip():
                yield line.problem(f"{field}：不能为空。")


_RULES: tuple[Rule, ...] = (
    _ids_are_unique,
    _references_exist,
    _trees_have_no_circle,
    _keys_are_used_once,
    _names_are_unique,
    _addresses_are_linkable,
    _left_out_says_why,
    code_problems,
)
