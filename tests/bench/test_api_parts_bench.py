"""Claim: a search over HTTP takes under 15 ms (median, real seeds and model, two cores).

python -m pytest -m bench tests/bench/test_api_parts_bench.py -s
"""

import statistics
import time
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search.results import SearchRequest
from web.api.answers import json_bytes
from web.api.encoding import search_json
from web.api.refs import Addresses
from web.app import create_app
from web.bootstrap import open_platform
from web.settings import Settings

QUESTIONS = (
    "转炉余热发电", "成都的余热回收技术", "节能率超过30%的水泥技术", "污泥干化", "磷石膏综合利用",
    "空压机余热没有回收，想利用起来", "重庆铝加工企业熔炼炉烟气余热回收", "锅炉烟气脱硫", "",
    "氢能",
)  # fmt: skip
ROUNDS = 20


@pytest.mark.bench
def test_search_is_fast(data_folder: Path) -> None:
    with open_platform(Settings(_env_file=None, data=data_folder)) as platform:
        at = Addresses("/api/v1")
        with TestClient(create_app(platform)) as client:
            whole, engine, encoding = [], [], []
            for _round in range(ROUNDS):
                for question in QUESTIONS:
                    start = time.perf_counter()
                    client.get("/api/v1/search", params={"q": question}).raise_for_status()
                    sent = time.perf_counter()
                    result = platform.engine.search(SearchRequest(question))
                    found = time.perf_counter()
                    json_bytes(search_json(result, at))
                    whole.append(sent - start)
                    engine.append(found - sent)
                    encoding.append(time.perf_counter() - found)
    told = {
        name: f"{1000 * statistics.median(times):.1f} ms"
        for name, times in (("whole", whole), ("engine", engine), ("encoding", encoding))
    }
    print(told)  # noqa: T201 - what the bench is for
    assert statistics.median(whole) < 0.015, told
