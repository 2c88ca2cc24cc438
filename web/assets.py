"""The static files, each with a hash of its content, read into a table at start.

Only what stands in the table is served, so that no address can reach another file. A file that
the asset step has not fetched (htmx) is simply absent, and pages leave its script out.
"""

import hashlib
import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import FileResponse

FOLDER = Path(__file__).parent / "static"
YEAR = 31_536_000


@dataclass(frozen=True, slots=True)
class Asset:
    """One file: where it lies and the first ten hex digits of its SHA-256."""

    file: Path
    version: str


def scan(folder: Path = FOLDER) -> Mapping[str, Asset]:
    """Return all files below the folder by their path in it."""
    files = (path for path in sorted(folder.rglob("[!.]*")) if path.is_file())
    return {
        path.relative_to(folder).as_posix(): Asset(
            path, hashlib.sha256(path.read_bytes()).hexdigest()[:10]
        )
        for path in files
    }


router = APIRouter(include_in_schema=False)


@router.get("/static/{path:path}", name="static")
def static(request: Request, path: str, v: str = "") -> FileResponse:
    """Serve a file; one asked for by its present version may be kept for a year."""
    assets: Mapping[str, Asset] = request.app.state.assets
    asset = assets.get(path)
    if asset is None:
        raise HTTPException(404)
    keep = f"public, max-age={YEAR}, immutable" if v == asset.version else "no-cache"
    media = mimetypes.guess_type(path)[0] or "application/octet-stream"
    return FileResponse(asset.file, media_type=media, headers={"Cache-Control": keep})
