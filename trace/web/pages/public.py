"""For anyone: the home page, the ID cards of units, batches and products, the public keys. No log-in, no script."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa
from flask import Response, jsonify, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...codes.barcode import looks_like_barcode, parse_barcode
from ...codes.idnumber import parse_id_number
from ...codes.reading import LONGEST_NUMBER, Incomplete, NoCode, SeveralCodes, is_whole, read_code
from ...commitment.numbers import number_in
from ...errors import N_, BadIdNumber, Invalid, NotFound, TraceError
from ...installation.installation import published
from ...insurance.coverage import COVER_WORDS
from ...register import hints, product_pictures
from ...scan import barcodes, id_numbers, looks, lookup
from ...scan.answer import Answer
from ...scan.counting import Counted, Counting
from ...scan.id_card import Level
from ...scan.looks import Reader, Seen
from ...scan.pack import Pack, counted
from ...scan.verdicts import VERDICT_WORDS
from ...status import key
from .. import hinting, passes
from ..answer_json import as_json
from ..blueprints import public as bp
from ..contentpolicy import scanning
from ..errors import wants_json
from ..guard import service
from ..language import chosen
from ..places import place_of, place_of_code
from ..unitpage import COUNTED, Wanted

VARY = "Accept, Cookie"
# Headers in which a browser or a previewer says that it fetches a page ahead.
PURPOSES = ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ")


@bp.get("/")
def home(session: Session, actor: Actor) -> ResponseReturnValue:
    return _home()


def _home(typed: str = "", notice: TraceError | None = None, near: Sequence[str] = ()) -> ResponseReturnValue:
    page = render_template("public/home.html", typed=typed[:300], notice=notice and notice.message, near=near)
    return scanning(make_response(page, notice.status if notice else 200))


@bp.get("/find")
def find(session: Session, actor: Actor) -> ResponseReturnValue:
    """The search box: a number, a scanned address, bare digits, or a message that holds one of them. What was typed stays
    in the box."""
    typed = request.args.get("q", "")
    if not typed.strip():
        return _home()
    try:
        return redirect(url_for("public.unit", code=read_code(typed)))
    except SeveralCodes:
        return _unread(session, actor, typed)
    except (Incomplete, NoCode) as bad:
        return _find_number(session, actor, typed, len(bad.digits) if isinstance(bad, Incomplete) else 0)


def _find_number(session: Session, actor: Actor, typed: str, digits: int) -> ResponseReturnValue:
    """`digits` is how many digits were read together: more than any number has are part of a code."""
    if certificate := number_in(typed):
        return redirect(url_for("public.commitment", number=certificate))
    try:
        if looks_like_barcode(typed):
            return redirect(_page_of_barcode(session, typed))
        return redirect(_page_of(session, parse_id_number(typed)))
    except (BadIdNumber, Invalid, NotFound) as error:
        if digits > LONGEST_NUMBER:
            return _unread(session, actor, typed)
        return _refused(session, actor, typed, error)


def _refused(session: Session, actor: Actor, typed: str, error: TraceError) -> ResponseReturnValue:
    """The refusal of a typed number, with the numbers on record that were perhaps meant."""
    told, near = hints.hinted(session, error, typed, hinting.anybody())
    if wants_json():
        raise told
    return _home(typed, told, near)


def _unread(session: Session, actor: Actor, typed: str) -> ResponseReturnValue:
    """The answer where no single code was read. It counts no look."""
    found = lookup.present(session, service().installation, typed, actor.at, service().facts)
    return _answered(found.answer, typed=typed)


def _page_of_barcode(session: Session, typed: str) -> str:
    number = parse_barcode(typed)
    barcodes.refuse_unknown(session, number)
    return url_for("public.barcode", number=number)


def _page_of(session: Session, number: str) -> str:
    page = "public.batch" if id_numbers.kind_of_number(session, number) is Level.BATCH else "public.product"
    return url_for(page, number=number)


@bp.get("/b/<number>")
def batch(session: Session, actor: Actor, number: str) -> ResponseReturnValue:
    return _looked_up(session, actor, id_numbers.look_up_batch, number)


@bp.get("/p/<number>")
def product(session: Session, actor: Actor, number: str) -> ResponseReturnValue:
    return _looked_up(session, actor, id_numbers.look_up_product, number)


def _looked_up(session: Session, actor: Actor, look_up: id_numbers.LookUp, number: str) -> ResponseReturnValue:
    try:
        if place := place_of_code(number):  # it comes first: in groups it may hold a number by chance
            return redirect(place)
    except Incomplete:
        pass
    try:
        return _answered(look_up(session, service().installation, number, actor.at))
    except (BadIdNumber, NotFound) as error:
        if place := _elsewhere(session, number):
            return redirect(place)
        return _refused(session, actor, number, error)


def _elsewhere(session: Session, typed: str) -> str | None:
    """The page of a code or a number that came to the page of another kind."""
    try:
        return _page_of(session, parse_id_number(typed))
    except NotFound:
        return None
    except BadIdNumber:
        return place_of(typed)


@bp.get("/<code>")
def unit(session: Session, actor: Actor, code: str) -> ResponseReturnValue:
    """A scanned code. A path that holds it among other signs leads to it; one that does not look like a code gets the page
    of a wrong address."""
    if not is_whole(code) and (place := place_of(code)) != url_for("public.unit", code=code):
        if place is None:
            raise NotFound(N_("网址可能输错了。要查标签，请输入标签上的 16 位身份证号。"))
        return redirect(place)
    reader = reader_of(request.environ)
    found = lookup.present(session, service().installation, code, actor.at, service().facts, passes.gate())
    if found.pack is None:
        return _answered(found.answer)
    seen, how = _looks(session, reader, found.pack, actor.at)
    answer = counted(found.answer, seen, how)
    return _answered(answer, Wanted(chosen(), request.path, found.pack, seen, how, answer.progress))


def _looks(session: Session, reader: Reader, pack: Pack, at: datetime) -> Counted:
    """Store the look, unless the door has done so already. Returns the looks at the pack that are written."""
    if request.method == "HEAD":
        return Counted(_written(session, pack, at), Counting.DONE)
    session.commit()  # free the connection before waiting for the look writer, which may need it
    told: Counted | None = request.environ.get(COUNTED)
    told = told or service().tally.count(reader, pack.unit, pack.verdict, at)
    return told if told.how is Counting.DONE else Counted(_written(session, pack, at), told.how)


def _written(session: Session, pack: Pack, at: datetime) -> Seen | None:
    """The looks at the pack that are on the disk, or None too if they cannot be read just now."""
    try:
        return looks.total(session, pack.unit, service().installation.policy.clone, at)
    except sa.exc.DBAPIError:
        session.rollback()
        return None


def reader_of(environ: Mapping[str, object]) -> Reader:
    """The reader, as far as we may know: see `Reader`."""
    told = (str(environ.get(name) or "") for name in ("REMOTE_ADDR", "HTTP_USER_AGENT", *PURPOSES))
    return Reader.of(*told)


def _answered(answer: Answer, wanted: Wanted | None = None, typed: str = "") -> ResponseReturnValue:
    """The answer as a page or as JSON. With `wanted`, a page that was drawn before is used again; `typed` stays in the box."""
    if wants_json():
        response: Response = jsonify(as_json(answer))
        response.headers["Vary"] = VARY
        return response
    return answer_page(service().pages.page(wanted, answer, _drawn) if wanted else _drawn(answer, typed=typed))


def answer_page(page: str | bytes) -> Response:
    """The response for a drawn page, before the headers that every answer gets."""
    return Response(page, mimetype="text/html", headers={"Vary": VARY})


def _drawn(answer: Answer, places: Mapping[str, str] | None = None, typed: str = "") -> str:
    """The page of an answer; with the marks of `places`, a page with places left open."""
    shown = {
        "answer": answer,
        "open": places or {},
        "words": VERDICT_WORDS,
        "cover_words": COVER_WORDS,
        "typed": typed[:300],
    }
    return render_template("public/answer.html", **shown)


@bp.get("/keys.json")
def keys(session: Session, actor: Actor) -> ResponseReturnValue:
    """The public key list: all that an auditor needs to check codes without us."""
    installation = service().installation
    told = published(installation.keys, installation.settings, actor.at, installation.lists)
    return Response(
        key.listed(told.to_json(), installation.settings),
        mimetype="application/json",
        headers={"Cache-Control": "public, max-age=300"},
    )


@bp.get("/picture/<number>-<mark>.jpg")
def picture(session: Session, actor: Actor, number: str, mark: str) -> ResponseReturnValue:
    """A product's approved picture. Its mark changes with its bytes, so browsers may keep it for a year."""
    found = product_pictures.shown_jpeg(session, number, mark)
    return Response(found, mimetype="image/jpeg", headers={"Cache-Control": "public, max-age=31536000, immutable"})
