"""What strangers file with photographs, complaints and claims: the form is opened from a scan page, paid for where many were
sent, filed once, and answered by the address of its number."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from ..access.actor import Actor
from ..cases import case
from ..errors import N_, NotFound, ProofWanted, Throttled
from ..installation.installation import Installation
from ..models import ClaimNotice, Complaint
from ..scan.lookup import Gate
from ..uploads import photographs
from . import forms, passes, proofs
from .guard import service

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Wanted = TypeVar("Wanted", bound="DataclassInstance")
Wanted_in = TypeVar("Wanted_in", contravariant=True)
FormKind = TypeVar("FormKind", bound=forms.Form)
Filed = TypeVar("Filed", Complaint, ClaimNotice)


class File(Protocol[Wanted_in]):
    """The use-case that files: `cases.complaints.file` or `cases.claims.file`."""

    def __call__(
        self,
        session: Session,
        installation: Installation,
        actor: Actor,
        form: Wanted_in,
        key: str,
        client: str,
        taken: Sequence[photographs.Photo] = ...,
        gate: Gate | None = ...,
        is_paid: bool = ...,
    ) -> Complaint | ClaimNotice: ...


def opened(kind: type[FormKind]) -> FormKind:
    """The form as it was sent; before that, an empty one for the code of the page that the reader came from."""
    if request.method == "POST":
        return kind()
    return kind(code=_code_of(request.args.get("code", "")[:600]), key=forms.fresh_key())


def _code_of(path: str) -> str:
    return path.removeprefix("/").removeprefix("b/").removeprefix("p/")


@dataclass(frozen=True)
class Filing(Generic[Wanted]):
    """One kind of case: what its use-case takes, the use-case, and the page on which the sender reads the number."""

    wanted: type[Wanted]
    file: File[Wanted]
    number_page: str

    def answer(self, session: Session, actor: Actor, form: forms.Form, page: Callable[[], str]) -> ResponseReturnValue:
        """File what was sent and lead to its number. `page` draws the form, before it was sent and when it was refused."""
        try:
            filed = form.save(session, lambda: self._filed(session, actor, form))
        except ProofWanted as wanted:
            service().db.give_up(session)
            proofs.ask(form, wanted)
            return proofs.answer(page(), form, wanted.status)
        except Throttled as error:
            service().db.give_up(session)
            form.refusal = error.message
            return page(), error.status
        if filed is None:
            proofs.ahead(form, *proofs.of_filing())
            return proofs.answer(page(), form, form.status)
        return redirect(url_for(self.number_page, key=filed.form_key), 303)

    def _filed(self, session: Session, actor: Actor, form: forms.Form) -> Complaint | ClaimNotice:
        is_paid = proofs.is_paid()  # before the photographs are looked at
        wanted, key = form.into(self.wanted), str(form["key"].data or "")
        sent = [(file.filename or "", file.stream) for file in request.files.getlist("file") if file]
        client, photos = request.remote_addr or "", photographs.photographs(sent)
        return self.file(session, service().installation, actor, wanted, key, client, photos, passes.gate(), is_paid)


def sent(session: Session, kind: type[Filed], key: str) -> Filed:
    """The case whose form had this key, which only its sender knows. Raises NotFound."""
    found = case.sent_before(session, kind, key) if len(key) == 64 else None
    if found is None:
        raise NotFound(N_("没有这一页，或者您无权查看"))
    return found
