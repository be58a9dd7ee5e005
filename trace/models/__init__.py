"""The tables, one file a subject. Small domain questions are properties; nothing here knows a page."""

from .accounts import Account, LoginFailure, Role
from .attachments import Attachment, KeptFile
from .batches import Batch, BatchState, Origin, Unit
from .cases import CaseColumns, CaseNote, CaseState
from .catalogue import Brand, BrandKind, Product, ProductPicture
from .certifications import Certification, CertificationLine, Claim, Ending, InsurancePolicy, Scheme
from .chains import ActKind, BatchLink, ChainAct, Shipment
from .codes import CodeRange, LabelPrinter, LabelStock, PrintRun, PrintState, VoidUnit
from .complaints import Complaint, ComplaintKind, Outcome, Platform
from .credit import CreditAnswer, CreditEntry
from .events import Audited, Event, RecordVersion, Untold, change_many, tell
from .producers import Plot, PlotKind, Producer, ProducerKind, Review
from .recalls import Notice, RecallAct, RecallKind, RecallLine
from .scans import Scan, ScanKey, UnitScans, Visitor

__all__ = [
    "Account", "Attachment", "Audited", "Batch", "BatchState", "Brand", "BrandKind", "CaseColumns", "CaseNote",
    "CaseState", "Certification", "CertificationLine", "Claim", "CodeRange", "Complaint", "ComplaintKind",
    "CreditAnswer", "CreditEntry", "Ending", "Event", "InsurancePolicy", "KeptFile", "LabelPrinter", "LabelStock",
    "LoginFailure", "Outcome", "Platform", "Plot", "PrintRun", "PrintState", "Producer", "ProducerKind", "Product",
    "ProductPicture", "RecordVersion", "Review", "Role", "Scan", "ScanKey", "Scheme", "Unit", "UnitScans", "Untold",
    "Visitor", "VoidUnit", "tell",
]  # fmt: skip
