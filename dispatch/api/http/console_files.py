"""The console's built files at /: hashed names are kept for ever, the page itself is asked for each time."""

from pathlib import Path

from fastapi import FastAPI
from starlette.responses import FileResponse, HTMLResponse, Response

from dispatch.api.errors import ApiError

_NOT_BUILT = (
    "<!doctype html><html lang='vi'><meta charset='utf-8'><title>Trung tâm / Centre</title>"
    "<p>Trang điều phối chưa được dựng: chạy <code>make web</code>.</p>"
    "<p lang='en'>The console has not been built: run <code>make web</code>.</p></html>"
)


def add_console_files(app: FastAPI, folder: Path | None) -> None:
    """Serve the folder; any other path without a dot is the console's own and gets its page."""

    @app.get("/{path:path}", include_in_schema=False)
    def console(path: str) -> Response:
        if folder is None or not (folder / "index.html").is_file():
            if path:
                raise ApiError("not_found", what=f"/{path}"[:200])
            return HTMLResponse(_NOT_BUILT, status_code=503)
        wanted = (folder / path).resolve()
        if path and wanted.is_relative_to(folder.resolve()) and wanted.is_file():
            kept = "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            return FileResponse(wanted, headers={"cache-control": kept})
        if "." in path or path.startswith(("api/", "ws/")):
            raise ApiError("not_found", what=f"/{path}"[:200])
        return FileResponse(folder / "index.html", headers={"cache-control": "no-cache"})
