"""A form that comes when the session of its sender is over: it is kept, and after signing in it is there again, files too. So are
the files of a form that is refused, which no browser sends twice by itself.

Every form of those signed in names its sender (`marks`), signed, so that nobody else's forms are kept. It is sent anew by a
button on a page of its own, and shown as a refused form is: nothing is done until the person presses its own button again.
"""

import base64
import io
import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

import sqlalchemy as sa
from flask import Flask, Response, current_app, flash, g, make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, ImmutableMultiDict

from .. import clock
from ..accounts import kept_forms
from ..db import Database
from ..errors import N_, Message, TraceError
from ..installation.vault import Secrets
from ..models import KeptForm
from . import bounds, menu
from .caller import who

File = tuple[str, str, str, str]  # field, name, media type, content in Base64
COOKIE, SENDER, RESUME, KEPT = "kept", "sender", "resume", "kept"
ADDED = ("csrf_token", SENDER, RESUME, KEPT, "proof", "ticket")  # by pages, and nothing that anybody typed
NEVER = ("password", "old")  # what nobody may read again
AGAIN = Message(N_("刚才登录已过期，没有提交。填的内容都在下面，请看一遍，再按一次按钮。"), {})


def init_app(app: Flask) -> None:
    """Give templates what every form of those signed in carries."""
    app.jinja_env.globals.update(
        form_marks=marks, kept_files=lambda name: "、".join(g.get("kept_files", {}).get(name, ()))
    )
    app.after_request(_remembered)


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"].hex()), salt="sender of a form")


def is_taken_up() -> bool:
    """Whether a kept form is only shown by this request."""
    return bool(g.get("taken_up"))


def marks() -> Markup:
    """The hidden fields that name the sender of a form, and a form of before whose files are still kept."""
    if not current_user.is_authenticated:
        return Markup("")
    told = {SENDER: _signer().dumps(current_user.account.id)} | ({KEPT: "1"} if g.get("kept_files") else {})
    field = Markup('<input type="hidden" name="{}" value="{}">')
    return Markup("").join(field.format(name, value) for name, value in told.items())


def keep(db: Database, secrets: Secrets) -> ResponseReturnValue | None:
    """Keep the form of this request, and lead to signing in; None of a request that is no form of ours, or has nothing typed."""
    account_id, typed = _sender(), _typed()
    if account_id is None or not (typed or request.files):
        return None
    word = _sealed(db, secrets, account_id, typed, list(_files()))
    if word is None:
        return None
    answer = make_response(
        redirect(
            url_for("auth.kept_form")
            if current_user.is_authenticated
            else url_for("auth.login", next=url_for("auth.kept_form"))
        )
    )
    flash(gettext("登录已过期，还没有提交。刚才填的都留着（一小时）：登录以后接着办。"))
    _remember(answer, word)
    return answer


def _sealed(
    db: Database, secrets: Secrets, account_id: int, typed: list[tuple[str, str]], files: list[File]
) -> str | None:
    """Keep it, and return the word by which the browser finds it again."""
    sealed = secrets.seal_form(json.dumps([typed, files]).encode())
    with db.transaction(writes=True) as session:
        return kept_forms.keep(session, account_id, request.path, sealed, clock.now())


def _remember(answer: Response, word: str) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(COOKIE, word, kept_forms.LASTS, httponly=True, samesite="Lax", secure=secure)


def hold_files(db: Database, secrets: Secrets, refused: Collection[str] = ()) -> None:
    """Keep the files of a form that is refused, so that its page has them still. Those of the `refused` fields are what is wrong with
    it, and go. Nothing of a stranger's, and nothing larger than photographs are, is kept."""
    if is_taken_up() or not current_user.is_authenticated or request.content_length is None:
        return
    if request.content_length > bounds.PHOTOS.body:
        return
    files = [each for each in _files() if each[0] not in refused]
    g.kept_files = _names(files)
    if files:
        g.kept_word = _sealed(db, secrets, current_user.account.id, _typed(), files)


def _remembered(answer: Response) -> Response:
    """Tell the browser the word by which it finds the files again that were kept while this request was answered."""
    if word := g.get("kept_word"):
        _remember(answer, word)
    return answer


def _sender() -> int | None:
    try:
        return int(_signer().loads(request.form.get(SENDER, "")))
    except (BadData, TypeError, ValueError):
        return None


def _typed() -> list[tuple[str, str]]:
    return [(name, text) for name, text in request.form.items(multi=True) if name not in (*ADDED, *NEVER)]


def _files() -> Iterator[File]:
    for name, file in request.files.items(multi=True):
        if file.filename:
            file.stream.seek(0)
            yield name, file.filename, file.mimetype, base64.b64encode(file.stream.read()).decode()


def found(session: Session) -> KeptForm | None:
    """The form that this browser sent, if it is its reader's own and still kept."""
    word = request.cookies.get(COOKIE, "")
    return kept_forms.kept(session, current_user.account.id, word, clock.now()) if word else None


def take_up(db: Database, secrets: Secrets) -> bool:
    """Put the kept form, or its files alone, in the place of this request's. Returns whether it is only shown, and not done."""
    resumes = RESUME in request.form
    if not resumes and KEPT not in request.form:
        return False
    form = db.run(found, writes=False)
    if form is None or form.path != request.path:
        return resumes
    typed, files = json.loads(secrets.open_form(form.content))
    g.kept_files = _names(files)
    if resumes:
        request.form = ImmutableMultiDict(typed)
    request.files = _with(files)
    return resumes


def _names(files: Sequence[File]) -> Mapping[str, list[str]]:
    return {name: [each[1] for each in files if each[0] == name] for name, *_ in files}


def _with(files: Sequence[File]) -> ImmutableMultiDict[str, FileStorage]:
    """The files of this request, and the kept ones of those fields for which nothing was chosen anew."""
    chosen = [(name, file) for name, file in request.files.items(multi=True) if file.filename]
    new = {name for name, _ in chosen}
    kept = [
        (name, FileStorage(io.BytesIO(base64.b64decode(content)), filename, name, media))
        for name, filename, media, content in files
        if name not in new
    ]
    return ImmutableMultiDict([*chosen, *kept])


def shown(db: Database, see: Callable[[Session], ResponseReturnValue]) -> ResponseReturnValue:
    """The page of a form that is taken up, as after a refusal. Nothing is done: what shows no form is to be done anew."""
    g.taken_up = True
    try:
        with db.transaction(writes=False) as session:
            answer, done = see(session), bool(session.new or session.dirty or session.info.get("wrote"))
            session.rollback()
        if not done:
            return answer
    except (sa.exc.DBAPIError, TraceError):
        pass  # as well
    flash(gettext("刚才没有提交，这一页也不能接着办了。请再办一次。"))
    return redirect(menu.home_of(who()))


def forgotten(session: Session, answer: ResponseReturnValue) -> ResponseReturnValue:
    """The answer to a form, whose kept files are no longer needed if it was done: then it leads on."""
    if KEPT in request.form and getattr(answer, "location", None) and current_user.is_authenticated:
        kept_forms.forget(session, current_user.account.id, request.cookies.get(COOKIE, ""))
    return answer
