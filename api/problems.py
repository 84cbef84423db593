"""Every failure as a problem document: a code, a place and a sentence in the reader's language, never a trace."""

from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, MethodNotAllowedException, ValidationException
from litestar.response import Redirect

import web.failures
from api.constraints import sentence_of
from core import language
from core.database import Fault, FaultKind, fault
from core.errors import Problem, ShifenError, problem
from core.language import Text
from core.log import logger
from core.wrong_values import no_json, wrong_value
from org.refusals import TooFast, TooMany

MEDIA_TYPE = "application/problem+json"
RETRY_SECONDS = "2"
MOST_TOLD = 20
FAILED = 500
AWAY = 503


class Finding(msgspec.Struct, omit_defaults=True):
    """One reason of a refusal."""

    code: str
    detail: str
    place: str | None = None
    hint: str | None = None


class ProblemDocument(msgspec.Struct):
    """The body of every refusal."""

    type: str
    code: str
    title: str
    status: int
    detail: str
    place: str | None
    problems: list[Finding]


_BY_STATUS: dict[int, Problem] = {
    400: problem("malformed", "无法理解该请求。", "The request cannot be understood."),
    401: problem("not_signed_in", "请先登录。", "Sign in first."),
    403: problem("not_allowed", "您没有此项权限。", "You have no right to this."),
    404: problem("not_found", "找不到该内容。", "There is no such thing."),
    405: problem("method_not_allowed", "此地址不支持该请求方法。", "This address does not support the method."),
    406: problem("not_acceptable", "无法提供所要求的格式。", "The wanted format cannot be given."),
    409: problem("conflict", "与现有情况冲突，没有执行。", "This does not fit the present state and was not done."),
    413: problem(
        "too_large",
        "一次提交的内容太大。",
        "Too much was sent at once.",
        hint=Text(
            "请返回上一页，换小一些的文件，或分几次提交。",
            "Go back and choose a smaller file, or send it in several steps.",
        ),
    ),
    415: problem("media_type", "不支持该内容类型。", "This content type is not supported."),
    422: problem("unfit", "内容不符合要求。", "The content does not fit what is asked for."),
    429: problem("too_many", "请求过多，请稍后再试。", "Too many requests; try again later."),
    500: problem(
        "failure", "服务出错，已记录。请稍后再试。", "Something failed here and was written down. Try again later."
    ),
    503: problem(
        "unavailable", "服务暂时不可用，请稍后再试。", "The service is not available for a moment; try again."
    ),
}
_FAULTS: dict[FaultKind, tuple[int, Problem]] = {
    FaultKind.UNREACHABLE: (503, _BY_STATUS[503]),
    FaultKind.SLOW: (
        503,
        problem("too_slow", "处理时间过长，已停止。", "This took too long and was stopped."),
    ),
    FaultKind.BUSY: (409, problem("busy", "数据正被他人修改，请重试。", "Somebody else is changing this; try again.")),
    FaultKind.DATA: (400, problem("out_of_range", "某个值超出允许范围。", "A value is out of range.")),
    FaultKind.IN_STONE: (409, problem("set_in_stone", "该内容已封存，不能更改。", "This is sealed and cannot change.")),
}


def document(status: int, problems: tuple[Problem, ...]) -> ProblemDocument:
    """Return the document of a refusal in the language of the running request."""
    reader = language.current()
    findings = [
        Finding(
            one.code,
            one.sentence.read(reader),
            str(one.place) if one.place else None,
            one.hint.read(reader) if one.hint else None,
        )
        for one in problems
    ]
    return ProblemDocument(
        type=f"/api/docs#problem-{findings[0].code}",
        code=findings[0].code,
        title=_BY_STATUS.get(status, _BY_STATUS[400]).sentence.read(reader),
        status=status,
        detail=findings[0].detail,
        place=findings[0].place,
        problems=findings,
    )


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """Return what is answered when a handler, a guard or the router raised something."""
    status, problems, headers = _understood(error)
    if "language" not in request.scope.get("state", {}):
        _listen(request.scope)
    if status >= FAILED:
        logger(__name__).error("request_failed", status=status, exc_info=error if status == FAILED else None)
    if request.scope["path"].startswith("/api/") or request.scope["path"] in {"/healthz", "/readyz", "/metrics"}:
        return _documented(status, problems, headers)
    try:
        page = web.failures.page(request, status, problems)
    except Exception as failure:  # noqa: BLE001 - the page that tells of a failure may fail for the same cause
        logger(__name__).error("failure_page_failed", exc_info=failure)
        return _documented(status, problems, headers)
    if isinstance(page, Redirect):
        return page
    page.headers.update(headers)
    return page


def _documented(status: int, problems: tuple[Problem, ...], headers: dict[str, str]) -> Response[Any]:
    body = msgspec.json.encode(document(status, problems))
    return Response(content=body, status_code=status, media_type=MEDIA_TYPE, headers=headers)


async def early_answer(
    scope: Any,  # noqa: ANN401 - ASGI's own mapping
    send: Any,  # noqa: ANN401 - ASGI's own callable
    status: int,
    found: Problem,
    headers: Mapping[str, str],
) -> None:
    """Answer before the application is asked."""
    _listen(scope)
    body = b"" if scope["method"] == "HEAD" else msgspec.json.encode(document(status, (found,)))
    given = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    kind = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": [*given, *kind]})
    await send({"type": "http.response.body", "body": body})


def _listen(scope: Any) -> None:  # noqa: ANN401 - ASGI's own mapping
    """Choose the language that the headers ask for, where nobody has looked yet who it is that asks."""
    wish = next((value for name, value in scope["headers"] if name == b"accept-language"), b"")
    language.choose(language.accepted(wish.decode("latin-1")))


def _understood(error: Exception) -> tuple[int, tuple[Problem, ...], dict[str, str]]:
    if isinstance(error, TooMany | TooFast):
        return error.status, error.problems, {"retry-after": str(error.seconds)}
    if isinstance(error, ShifenError):
        return error.status, error.problems, {"retry-after": RETRY_SECONDS} if error.status == AWAY else {}
    if isinstance(error, HTTPException):
        return _of_litestar(error)
    meaning = fault(error)
    if meaning is not None:
        return _of_database(meaning)
    if isinstance(error, RecursionError | UnicodeError):  # JSON too deep, or bytes that are no text
        return 400, (_BY_STATUS[400],), {}
    return 500, (_BY_STATUS[500],), {}


def _of_database(meaning: Fault) -> tuple[int, tuple[Problem, ...], dict[str, str]]:
    if meaning.kind is FaultKind.CONSTRAINT:
        return 409, (sentence_of(meaning.constraint),), {}
    status, found = _FAULTS[meaning.kind]
    return status, (found,), {"retry-after": RETRY_SECONDS} if status == AWAY else {}


def _of_litestar(error: HTTPException) -> tuple[int, tuple[Problem, ...], dict[str, str]]:
    general = _BY_STATUS.get(error.status_code, _BY_STATUS[400 if error.status_code < FAILED else FAILED])
    headers = {"allow": (error.headers or {}).get("allow", "")} if isinstance(error, MethodNotAllowedException) else {}
    if isinstance(error, ValidationException):
        return error.status_code, tuple(_fields(error)) or (general,), headers
    return error.status_code, (no_json(error.detail) or general,), headers


def _fields(error: ValidationException) -> list[Problem]:
    extra = error.extra if isinstance(error.extra, list) else []
    told = [one for one in extra if isinstance(one, dict)][:MOST_TOLD]
    return [wrong_value(str(one.get("key", "")), str(one.get("message", ""))) for one in told]
