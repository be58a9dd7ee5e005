"""Codes checked offline: only the public key list is needed."""

import json
import sys
from pathlib import Path
from typing import TypedDict

import click

from ..codes import keylist
from ..codes.kinds import CodeKind, kind_of
from ..codes.reading import read_code
from ..codes.signing import verify
from ..errors import BadCode
from .desk import main


@main.command("verify")
@click.argument("codes", nargs=-1, required=True)
@click.option(
    "--keys",
    "key_file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    required=True,
    help="Public key list, as at /keys.json.",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line.")
def verify_command(codes: tuple[str, ...], key_file: Path, as_json: bool) -> None:
    """Check codes (digits or scanned addresses) with nothing but the key list. Exit status 0 only if all are genuine.

    A tiny code bears no signature: of it this says only that it must be checked online.

    A good signature tells issuer, county, batch, harvest day and the facts of the day of issue; whether the batch
    is recalled today only the service knows.
    """
    keys = keylist.KeyList.from_json(key_file.read_text("utf-8"))
    results = [_verified(text, keys) for text in codes]
    for result in results:
        click.echo(json.dumps(result, ensure_ascii=False) if as_json else _plain(result))
    sys.exit(0 if all(result["genuine"] for result in results) else 1)


ONLINE_ONLY = "这是贴纸小码，离线不能核验；请联网打开它的网址查看"


class Result(TypedDict, total=False):
    """What `--json` says of one code: why it is not genuine, or what it tells. `genuine` is None if only online."""

    genuine: bool | None
    check: str
    reason: str
    code: str
    id_number: str
    county: int
    key: int
    harvest_date: str
    facts: list[str]


def _verified(text: str, keys: keylist.KeyList) -> Result:
    try:
        digits = read_code(text)
        if kind_of(digits) is CodeKind.TINY:
            return {"genuine": None, "check": "online", "reason": ONLINE_ONLY, "code": digits}
        payload = verify(digits, keys)
    except BadCode as error:
        return {"genuine": False, "check": error.reason, "reason": str(error), "code": text[:60]}
    return {
        "genuine": True,
        "id_number": payload.id_number,
        "county": payload.county,
        "key": payload.key,
        "harvest_date": payload.harvest_date.isoformat(),
        "facts": [name for fact in payload.facts if (name := fact.name)],
    }


def _plain(result: Result) -> str:
    if result["genuine"] is None:
        return f"不能离线核验 {result['reason']}"
    if not result["genuine"]:
        return f"假码 {result['reason']}"
    return f"签名真实 {result['id_number']} {result['harvest_date']} {' '.join(result['facts'])}".rstrip()
