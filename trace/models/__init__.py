"""The tables, one file a subject. Small domain questions are properties; nothing here knows a page."""

from .accounts import Account, LoginFailure, Role
from .batches import Batch, BatchState, Unit
from .catalogue import Brand, BrandKind, Product, ProductPicture
from .certifications import Certification, InsurancePolicy, Scheme
from .codes import CodeRange, LabelPrinter, LabelStock, PrintRun, PrintState, VoidUnit
from .events import Audited, Event, RecordVersion, Untold, tell
from .producers import Plot, Producer, ProducerKind, Review
from .scans import Scan, ScanKey, UnitScans, Visitor

__all__ = [
    "Account", "Audited", "Batch", "BatchState", "Brand", "BrandKind", "Certification", "CodeRange",
    "Event", "InsurancePolicy", "LabelPrinter", "LabelStock", "LoginFailure", "Plot", "PrintRun",
    "PrintState", "Producer", "ProducerKind", "Product", "ProductPicture", "RecordVersion", "Review", "Role", "Scan",
    "ScanKey", "Scheme", "Unit", "UnitScans", "Untold", "Visitor", "VoidUnit", "tell",
]  # fmt: skip
