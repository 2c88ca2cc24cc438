"""What a reader has to know before the list of endpoints: conventions, paging, errors."""

from web.api.blocks import Block, Code, Heading, Paragraph, Table
from web.errors import all_meanings

GUIDE: tuple[Block, ...] = (
    Heading(1, "接口说明"),
    Paragraph(
        "本页说明 `/api/v1` 下的 JSON 接口，由程序按接口的定义生成。"
        "机器可读的定义（OpenAPI 3.1）在 `/api/v1/openapi.json`。"
        "站点挂在路径前缀之下时，各地址前要加上前缀。"
    ),
    Heading(2, "约定"),
    Paragraph(
        "内容全部公开，不需要登录。请求和回答都是 UTF-8 的 JSON。"
        "写明的字段总会出现；未知的值为 `null`，不以 0 或空文字代替。"
    ),
    Paragraph(
        "可重复的参数写多次，例如 `area=清洁生产%2B&area=资源循环%2B`（加号要写成 `%2B`）。"
        "不认识的参数名是错误，不会被忽略。"
    ),
    Code("curl --get http://127.0.0.1:8000/api/v1/search --data-urlencode 'q=转炉余热发电'"),
    Paragraph(
        "检索结果和匹配不给分数：次序就是分数的含义，理由写成文字（`reasons`、`criteria`）。"
        "`good` 为 0 表示目录里没有符合的条目，`relaxations` 说明放宽哪个条件会得到什么。"
    ),
    Heading(2, "翻页"),
    Paragraph(
        "列表按游标翻页：回答中的 `next_cursor` 作为下一次的 `cursor`，其他条件不变；"
        '响应头 `Link`（`rel="next"`）是现成的下一页地址。最后一页的 `next_cursor` 为 `null`。'
        "检索按页码翻页（`page`、`size`）。"
    ),
    Heading(2, "不重复下载"),
    Paragraph(
        "单个条目、单位、需求和词表带有响应头 `ETag`。再问时把它放在 `If-None-Match` 中，"
        "没有变化则回答 304，没有正文。"
    ),
    Heading(2, "采集"),
    Paragraph(
        "第一次：从头走遍 `/entries`，记下第一页的 `seq`。"
        "以后：带 `modified_after=<上次的 seq>` 走遍 `/entries`，只得到有变化的条目；"
        "删除的条目在 `/changes?since=<上次的 seq>` 中（`action` 为 `remove`）。"
        "变更不会漏，但可能重复，按编号覆盖即可。"
    ),
    Heading(2, "运行检查"),
    Paragraph(
        "`/healthz` 说明进程在运行。`/readyz` 说明数据和索引可用；不可用时状态为 503。"
        "没有向量模型不算故障，检索改为只按词语（`checks.model.status` 为 `absent`）。"
    ),
    Heading(2, "错误"),
    Paragraph(
        "出错时回答 `application/problem+json`（RFC 9457）。`code` 稳定不变，供程序判断；"
        "`detail` 说明错在哪里、怎样改；参数有误时 `errors` 逐项列出。"
        "状态 503 带有 `Retry-After`（秒）。"
    ),
    Table(
        ("代码", "状态", "含义"),
        tuple((f"`{m.code}`", str(m.status), m.title) for m in all_meanings()),
        named=True,
    ),
)
