"""The evidence pack of a complaint, for a sales platform: one ZIP file that anyone can check without us.

It holds the facts of the case, the result of the scan, the check of the signature with the public key list, the record
of the batch, the photographs, and a manifest of SHA-256 sums. It never holds the contact of the person who complained.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..audit import log
from ..clock import SHANGHAI, day_of
from ..codes import offline
from ..installation.installation import Installation, published
from ..models import Action, Batch, Complaint
from ..policy.policy import Policy
from ..provenance import claims
from ..provenance.claims import Claims
from ..provenance.goods import UNVERIFIED
from ..uploads import attachments
from . import complaints


def pack(session: Session, installation: Installation, actor: Actor, complaint: Complaint) -> bytes:
    """The pack as the bytes of a ZIP file. Records in the event log that it was handed out."""
    files = dict(_files(session, installation, actor, complaint))
    manifest = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    files["manifest.sha256"] = manifest.encode()
    mark = hashlib.sha256(files["manifest.sha256"]).hexdigest()
    log.record(session, actor, Action.CASE_EXPORT, complaint, manifest=mark)
    return _zipped(files, actor)


def _zipped(files: dict[str, bytes], actor: Actor) -> bytes:
    moment = actor.at.astimezone(SHANGHAI)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, moment.timetuple()[:6]), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _files(
    session: Session, installation: Installation, actor: Actor, complaint: Complaint
) -> Iterator[tuple[str, bytes]]:
    yield "case.json", _json(_case(installation.policy, complaint) | {"made_at": actor.at.isoformat()})
    now = complaints.matter(session, installation, complaint.code, actor.at)
    then = {"at": complaint.received_at.isoformat(), "verdict": complaint.verdict, "reason": complaint.verdict_reason}
    today = {"at": actor.at.isoformat(), "verdict": now.verdict, "reason": str(now.reason) if now.reason else None}
    yield "scan.json", _json({"code": complaint.code, "then": then, "now": today})
    keys = published(installation.keys, installation.settings, actor.at, installation.lists)
    # the same as `yipin verify` says with the key list of this pack
    yield "signature.json", _json(offline.as_dict(offline.check(complaint.code, keys), complaint.code))
    yield "keys.json", keys.to_json().encode()
    if complaint.batch:
        said = claims.of_batch(session, complaint.batch, day_of(actor.at))
        yield "batch.json", _json(_batch(installation.policy, complaint.batch, said))
    for number, row in enumerate(attachments.of(session, complaint), 1):
        yield f"photos/{number:02d}{attachments.ENDINGS[row.file.media]}", row.file.content


def _json(value: dict[str, object]) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2).encode()


def _case(policy: Policy, row: Complaint) -> dict[str, object]:
    """The facts of the case, without the person who complained."""
    return {
        "number": row.number,
        "received_at": row.received_at.isoformat(),
        "state": row.state,
        "kind": row.kind,
        "kind_text": complaints.KIND_WORDS[row.kind],
        "what": row.what,
        "platform": row.platform,
        "platform_text": complaints.PLATFORM_WORDS[row.platform],
        "shop": row.shop,
        "link": row.link,
        "county": policy.county_name(row.place_county) if row.place_county else None,
        "place": row.place,
        "outcome": row.outcome,
        "outcome_text": complaints.OUTCOME_WORDS[row.outcome] if row.outcome else None,
        "outcome_reason": row.outcome_reason,
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
    }


def _batch(policy: Policy, batch: Batch, said: Claims) -> dict[str, object]:
    return {
        "id_number": batch.id_number,
        "product": said.name,
        "product_id_number": batch.product.id_number,
        "brand": said.brand.name if said.brand else None,
        "producer": batch.producer.name,
        "county": policy.full_county_name(batch.county),
        "place": UNVERIFIED if said.nature.bought else batch.place,
        "harvest_date": batch.harvest_date.isoformat(),
        "net_content": batch.net_content,
        "packs": batch.quota,
        "codes_issued": batch.reserved,
        "state": batch.state,
        "state_since": batch.state_since.isoformat(),
        "state_reason": batch.state_reason,
        "stopped_by": batch.stopped_by,
    }
