"""Every error, ours or a library's, becomes a page or JSON here and nowhere else."""

import logging
import uuid
from functools import lru_cache

import sqlalchemy as sa
from flask import Flask, Response, flash, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import BadHost, HTTPException, MethodNotAllowed, RequestEntityTooLarge
from werkzeug.http import parse_accept_header

from ..db import outage
from ..errors import N_, Message, ProofWanted, StepMissing, TraceError
from . import blueprints, bounds, kept, passes
from .guard import service
from .language import say
from .menu import may
from .places import place_of

log = logging.getLogger("yipin.web")
RETRY_AFTER = 5  # seconds, told to the client of an answer 503
_told = outage.Told()
LONGEST_ACCEPT = 1_000  # characters. To parse 400,000 takes half a second, and no scan is answered meanwhile

TITLES = {
    400: N_("请求不对"),
    403: N_("无权办理"),
    404: N_("没有这一页"),
    405: N_("不能这样访问"),
    408: N_("上传没有完成"),
    409: N_("现在不能办"),
    413: N_("内容太大"),
    422: N_("填写有误"),
    429: N_("太频繁"),
    431: N_("请求不对"),
    503: N_("暂时不能办"),
    500: N_("出了意外"),
}
SENTENCES = {404: N_("网址可能输错了。要查标签，请输入标签上的 16 位身份证号。"), 405: N_("请从页面上的按钮进入。")}
LATER = {429: 60, 503: 2}  # seconds after which it is worth while to try again (Retry-After)


def wants_json() -> bool:
    """Whether the caller asked for JSON rather than for a page."""
    return asks_for_json(request.headers.get("Accept", ""))


def asks_for_json(accept: str) -> bool:
    """Whether this Accept header prefers JSON to a page. Only the first 1,000 characters are read."""
    return _prefers_json(accept[:LONGEST_ACCEPT])


@lru_cache(maxsize=1_024)  # browsers send few different headers
def _prefers_json(accept: str) -> bool:
    accepted = parse_accept_header(accept, MIMEAccept)
    return accepted.best_match(["text/html", "application/json"], default="text/html") == "application/json"


def init_app(app: Flask) -> None:
    """Register a handler for each kind of error."""
    app.register_error_handler(TraceError, _ours)
    app.register_error_handler(CSRFError, _csrf)
    app.register_error_handler(HTTPException, _http)
    for kind in outage.BUSY:
        app.register_error_handler(kind, _database)
    app.register_error_handler(sa.exc.DataError, _unstorable)
    app.register_error_handler(sa.exc.IntegrityError, _at_the_same_moment)
    app.register_error_handler(Exception, _unexpected)


def page(status: int, message: Message) -> ResponseReturnValue:
    """An error as a page that leads on, or as JSON."""
    title = TITLES.get(status, N_("出了意外"))
    if wants_json():
        return jsonify(error=say(title), reason=say(message), status=status), status
    template = "office/error.html" if _in_office() else "public/error.html"
    return render_template(template, title=say(title), message=say(message), typed=""), status


def _in_office() -> bool:
    """Whether somebody signed in looks at a page for those who sign in. Where the database cannot tell, nobody does."""
    if not any(request.path.startswith(f"{each.url_prefix}/") for each in blueprints.OFFICE):
        return False
    try:
        return bool(current_user.is_authenticated)
    except outage.BUSY:
        return False


def _ours(error: TraceError) -> ResponseReturnValue:
    """What is for the operator goes to the log, under a number: it may name paths, and what to do with private keys."""
    if isinstance(error, ProofWanted) and request.method == "GET" and not wants_json():
        return passes.page(error)
    if isinstance(error, StepMissing) and request.method == "GET" and not wants_json() and may("producer.home"):
        flash(say(error.message))
        return redirect(url_for("producer.home"))
    answer = make_response(page(error.status, error.message if error.is_for_everyone else _numbered(error)))
    if error.status in LATER:
        minutes = error.message.values.get("minutes", 0)
        answer.headers["Retry-After"] = str(
            minutes * 60 if isinstance(minutes, int) and minutes else LATER[error.status]
        )
    return answer


def _numbered(error: TraceError) -> Message:
    number = uuid.uuid4().hex[:8]
    log.error("error %s at %s: %s", number, request.endpoint, error)
    sentence = N_("系统暂时办不了这件事，没有保存。请稍后再试；如还不行，把编号 %(number)s 告诉管理员。")
    return Message(sentence, {"number": number})


def _csrf(error: CSRFError) -> ResponseReturnValue:
    if not wants_json() and (answer := kept.keep(service().db, service().installation.secrets)):
        return answer
    return page(400, Message(N_("页面已过期，没有提交。请返回上一页，刷新后再提交一次。")))


def _http(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    message = Message(SENTENCES.get(status, N_("请返回上一页再试一次。")))
    if isinstance(error, RequestEntityTooLarge):
        message = Message(bounds.bound_of(request.method, request.path, request.mimetype).advice)
    if status < 400:
        return error.get_response()
    if status == 404 and request.method in ("GET", "HEAD") and (place := place_of(request.path)):
        return redirect(place)
    if isinstance(error, BadHost):  # without a valid host no address can be built, and a page needs addresses
        return Response(say(message), status, mimetype="text/plain")
    answer = make_response(page(status, message))
    if isinstance(error, MethodNotAllowed):
        answer.headers["Allow"] = ", ".join(sorted(error.valid_methods or ()))
    return answer


def _at_the_same_moment(error: sa.exc.IntegrityError) -> ResponseReturnValue:
    """The same thing was entered twice at the same moment, by two people or by two clicks. The database took one."""
    log.warning("at the same moment: %s", error.orig)
    return page(409, Message(N_("同样的内容刚刚有人提交过，这一次没有保存。请刷新页面看看。")))


def _unstorable(error: sa.exc.DataError) -> ResponseReturnValue:
    """PostgreSQL cannot store a NUL character. No keyboard types one."""
    return page(400, Message(N_("这里有不能保存的字符，没有保存。请返回上一页，改正后再提交。")))


def _database(error: Exception) -> ResponseReturnValue:
    is_gone = outage.is_gone(error)  # the log was told of it where it was noticed
    if not is_gone and "no such" in outage.first_line(error):  # SQLite, of a missing table or column: that is our fault
        return _unexpected(error)
    if not is_gone:
        _told.tell(log, "database", error)
    return _later(page(503, Message(_why_not(is_gone))))


def _why_not(is_gone: bool) -> str:
    if not is_gone:
        return N_("数据库正忙或磁盘已满，没有保存。请稍后再试。")
    if request.method == "POST":
        return N_("数据库暂时连不上，这一次没有保存。请过几秒，返回上一页再提交一次。")
    return N_("系统暂时连不上数据库。请过几秒刷新这一页。")


def _later(answer: ResponseReturnValue) -> ResponseReturnValue:
    response = make_response(answer)
    response.headers["Retry-After"] = str(RETRY_AFTER)
    return response


def _unexpected(error: Exception) -> ResponseReturnValue:
    """The reader sees a number, never a stack trace. The log holds both."""
    if outage.is_gone(error):  # a library met the lost connection, and raised an error of its own
        return _database(error)
    number = uuid.uuid4().hex[:8]
    log.exception("error %s at %s", number, request.endpoint)
    return page(
        500,
        Message(N_("系统出了意外，没有保存。请稍后再试；如还不行，把编号 %(number)s 告诉管理员。"), {"number": number}),
    )
