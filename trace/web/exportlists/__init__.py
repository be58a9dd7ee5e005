"""What may be exported: a line a column. No identity number of a person, no contact, no telephone is among them, nor
anything else that a list's page does not show. A new list is an `Export` here and a line in the table of rights."""

from ..blueprints import bureau
from ..exports import Export, register
from . import cases, claims, farm, goods, people

EXPORTS: tuple[Export, ...] = (*people.EXPORTS, *goods.EXPORTS, *farm.EXPORTS, *claims.EXPORTS, *cases.EXPORTS)
for export in EXPORTS:
    register(export, bureau)
