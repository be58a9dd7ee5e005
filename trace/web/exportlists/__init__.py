"""What may be exported, a line for each column.

No column holds anything that the page of the list does not show: no identity number of a person, no contact, no
telephone. A new list needs an `Export` here and a line in the table of rights.
"""

from ..blueprints import bureau
from ..export_address import register
from ..export_file import Export
from . import cases, claims, farm, goods, people

EXPORTS: tuple[Export, ...] = (*people.EXPORTS, *goods.EXPORTS, *farm.EXPORTS, *claims.EXPORTS, *cases.EXPORTS)
for export in EXPORTS:
    register(export, bureau)
