"""Style sheets, fonts, icons and scripts: read once, kept by browsers for a year under an address with their digest."""

from typing import Any

from litestar import Request, Response, get
from litestar.params import FromPath

from core.errors import NotFound, problem
from org.roles import Action
from web.assets import assets, digest

FOR_GOOD = "public, max-age=31536000, immutable"
FOR_AN_HOUR = "public, max-age=3600"


@get("/static/{name:path}", opt={"action": Action.ANONYMOUS, "bare": True}, sync_to_thread=False)
def asset(request: Request[Any, Any, Any], name: FromPath[str]) -> Response[bytes]:
    """Return one vendored or own file; only names that were found at the start exist."""
    found = assets().get(str(name).lstrip("/"))
    if found is None:
        raise NotFound(problem("no_such_file", "没有这个文件。", "There is no such file."))
    lasting = request.query_params.get("v") == digest() or str(name).endswith(".woff2")
    headers = {"cache-control": FOR_GOOD if lasting else FOR_AN_HOUR}
    return Response(found.content, media_type=found.media_type, headers=headers)


HANDLERS = (asset,)
