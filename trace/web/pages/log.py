"""For anyone: the public log. Its files as they lie in the folder, the proof of one leaf, and what it tells of a batch or certificate."""

import re
from datetime import datetime

from flask import Response, jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ...access.actor import Actor
from ...errors import N_, NotFound
from ...log import leaves, proofs
from ...log.folder import CHECKPOINT, KEYS, WITNESSED, LogFolder
from ...models import Action
from ..blueprints import public as bp
from ..errors import wants_json
from ..guard import service
from ..page_number import page_number
from ..words import ROLE_WORDS

_TILE = re.compile(r"(entries|[0-5]?[0-9]|6[0-3])/(x[0-9]{3}/){0,6}[0-9]{3}(\.p/[1-9][0-9]{0,2})?")
FOR_EVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=2"
KINDS = {
    "batches": ("public.batch", N_("批次")),
    "products": ("public.product", N_("产品")),
    "commitment_certificates": ("public.commitment", N_("承诺达标合格证")),
}
ROLES = ROLE_WORDS | {"command": N_("系统"), "public": N_("公众")}
GRAVES = {Action.BATCH_HOLD: "on_hold", Action.BATCH_RECALL: "recalled", Action.BATCH_RELEASE: "genuine"}
NONE = N_("公开日志里没有这个文件")


def folder() -> LogFolder:
    """The folder of this installation's log."""
    return LogFolder(service().installation.settings.log)


@bp.get("/log/<any(checkpoint, witnessed, vkeys):name>")
def log_file(session: Session, actor: Actor, name: str) -> ResponseReturnValue:
    """The signed checkpoint, the last one that enough witnesses signed, and the keys of the log."""
    return _served({"checkpoint": CHECKPOINT, "witnessed": WITNESSED, "vkeys": KEYS}[name], "text/plain", SHORT)


@bp.get("/log/tile/<path:path>")
def log_tile(session: Session, actor: Actor, path: str) -> ResponseReturnValue:
    """A tile of hashes or of entries (C2SP tlog-tiles). It never changes."""
    if not _TILE.fullmatch(path):
        raise NotFound(NONE)
    return _served(f"tile/{path}", "application/octet-stream", FOR_EVER)


def _served(path: str, kind: str, kept: str) -> Response:
    try:
        found = (folder().path / path).read_bytes()
    except OSError:
        raise NotFound(NONE) from None
    return Response(found, mimetype=kind, headers={"Cache-Control": kept})


@bp.get("/log/proof/<int:index>.tlog-proof")
def log_proof(session: Session, actor: Actor, index: int) -> ResponseReturnValue:
    """The proof of one leaf against the newest checkpoint, as a file to be kept."""
    name = {"Content-Disposition": f'attachment; filename="{index}.tlog-proof"', "Cache-Control": SHORT}
    return Response(proofs.proof_of(folder(), index), mimetype="text/plain", headers=name)


@bp.get("/log/entry/<int:index>.json")
def log_entry(session: Session, actor: Actor, index: int) -> ResponseReturnValue:
    """One leaf: the very bytes that were hashed."""
    found = proofs.entry_of(folder(), index)
    return Response(found, mimetype="application/json", headers={"Cache-Control": FOR_EVER})


@bp.get("/log/of/<number>")
def log_of(session: Session, actor: Actor, number: str) -> ResponseReturnValue:
    """What the log tells of a batch, a product or a commitment certificate: every act, with its proof, newest first."""
    found = leaves.of_number(session, number, page_number())
    if wants_json():
        entries = [{"index": each.index, "entry": each.told} for each in found]
        return jsonify(number=number, total=found.total, page=found.number, pages=found.pages, entries=entries)
    kind = str(found[0].told["kind"]) if found else "batches"
    page, named = KINDS[kind]
    return render_template(
        "public/log.html",
        number=number,
        leaves=found,
        moments=[datetime.fromisoformat(str(each.told["at"])) for each in found],
        kind=kind,
        named=named,
        page=url_for(page, number=number),
        graves=GRAVES,
        roles=ROLES,
        county_name=service().installation.policy.county_name,
    )
