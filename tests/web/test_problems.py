"""Every way a start can fail for outside reasons is one Chinese sentence with its exit code."""

import errno
import socket
from pathlib import Path

import pytest

from kg.errors import NodeNotFound, StoreBusy, StoreUnavailable
from search.errors import ModelUnavailable
from web.preflight import bind, check_folder
from web.problems import BadAddress, Exit, FolderNotWritable, PortInUse, explain

FOLDER = Path()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), Exit.DISK_FULL),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), Exit.DISK_FULL),
        (PermissionError(errno.EACCES, "Permission denied", "data"), Exit.FOLDER),
        (OSError(errno.EROFS, "Read-only file system", "data"), Exit.FOLDER),
        (ConnectionResetError(errno.ECONNRESET, "reset"), Exit.FAILED),
        (StoreUnavailable("图谱数据文件已损坏，请用备份恢复。"), Exit.STORE),
        (StoreBusy("图谱正被其他操作写入，请稍后再试。"), Exit.STORE),
        (NodeNotFound("demand-9999"), Exit.FAILED),
        (ModelUnavailable("没有模型。"), Exit.FAILED),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
        (MemoryError(), Exit.FAILED),
    ],
)
def test_outside_reasons_are_explained(error: BaseException, code: Exit) -> None:
    problem = explain(error, FOLDER)
    assert problem is not None
    assert problem.code is code
    assert str(problem).endswith("。")
    assert "\n" not in str(problem)


def test_a_full_disk_is_seen_behind_another_error() -> None:
    error = StoreUnavailable("无法保存。")
    error.__cause__ = OSError(errno.ENOSPC, "No space left on device")
    problem = explain(error, FOLDER)
    assert problem is not None
    assert problem.code is Exit.DISK_FULL


def test_a_bug_is_not_explained_away() -> None:
    assert explain(KeyError("x"), FOLDER) is None


def test_a_port_in_use_is_told_with_another_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"端口 {port} 已被占用"):
            bind("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid", "a" * 300])
def test_an_address_of_another_machine_is_told(host: str) -> None:
    with pytest.raises(BadAddress, match="KG_HOST"):
        bind(host, 8000)


def test_a_missing_folder_is_made_and_nothing_is_left_in_it(tmp_path: Path) -> None:
    check_folder(tmp_path / "a" / "b")
    assert list((tmp_path / "a" / "b").iterdir()) == []


def test_a_file_in_the_way_is_told(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(FolderNotWritable, match="已有同名文件"):
        check_folder(tmp_path / "data")


def test_a_folder_that_cannot_be_made_is_told() -> None:
    with pytest.raises(FolderNotWritable, match="KG_DATA"):
        check_folder(Path("/proc/greenkg"))
