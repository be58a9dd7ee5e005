"""The tables, one file a subject. Small domain questions are properties; nothing here knows a page."""

from .accounts import Account, LoginFailure, Role
from .attachments import Attachment, KeptFile
from .batches import Batch, BatchState, Origin, Unit
from .brands import Brand, BrandKind, BrandLevel, BrandLicence, BrandSelection, Level, SelectionList
from .cases import CaseColumns, CaseNote, CaseState
from .catalogue import Product, ProductPicture, Regime
from .certifications import Certification, CertificationLine, Claim, Ending, InsurancePolicy, Scheme
from .chains import ActKind, BatchLink, ChainAct, Shipment
from .codes import CodeRange, LabelPrinter, LabelStock, PrintRun, PrintState, VoidUnit
from .commitments import CollectedCertificate, CommitmentCertificate
from .complaints import Complaint, ComplaintKind, Outcome, Platform
from .credit import CreditAnswer, CreditEntry
from .events import Audited, Event, RecordVersion, Untold, change_many, tell
from .farm import CropKind, EntryKind, FarmCase, FarmEntry, FarmInput, InputKind
from .inspections import Inspection, InspectionDraw, InspectionItem, InspectionKind
from .insurance import InsurancePolicy, Insurer, PilotMember, PolicyEnding, PolicyKind, PolicyScope, PolicyState
from .producers import AttachedFarmer, Plot, PlotKind, Producer, ProducerKind, Review
from .recalls import Notice, RecallAct, RecallKind, RecallLine
from .reports import Report, RewardDecision, RewardOutcome
from .scans import Scan, ScanKey, UnitScans, Visitor

__all__ = [
    "Account", "ActKind", "AttachedFarmer", "Attachment", "Audited", "Batch", "BatchLink", "BatchState", "Brand", "BrandKind",
    "CaseColumns", "CaseNote", "CaseState", "Certification", "CertificationLine", "ChainAct", "Claim", "CodeRange",
    "CollectedCertificate", "CommitmentCertificate",
    "Complaint", "ComplaintKind", "CreditAnswer", "CreditEntry", "Ending", "Event", "InsurancePolicy", "KeptFile",
    "Complaint", "ComplaintKind", "CreditAnswer", "CreditEntry", "CropKind", "Ending", "EntryKind", "Event",
    "FarmCase", "FarmEntry", "FarmInput", "InputKind", "Inspection", "InspectionDraw", "InspectionItem",
    "InspectionKind", "InsurancePolicy", "KeptFile",
    "LabelPrinter", "LabelStock", "LoginFailure", "Notice", "Origin", "Outcome", "Platform", "Plot", "PlotKind",
    "PrintRun", "PrintState", "Producer", "ProducerKind", "Product", "ProductPicture", "RecallAct", "RecallKind",
    "RecallLine", "RecordVersion", "Regime", "Review", "Role", "Scan", "ScanKey", "Scheme", "Shipment", "Unit", "UnitScans",
    "Untold", "Visitor", "VoidUnit", "change_many", "tell",
    "BrandLevel", "BrandLicence", "BrandSelection", "CaseColumns", "CaseNote", "CaseState", "Certification",
    "CertificationLine", "ChainAct", "Claim", "CodeRange", "Complaint", "ComplaintKind", "CreditAnswer",
    "CreditEntry", "Ending", "Event", "InsurancePolicy", "KeptFile", "LabelPrinter", "LabelStock", "Level",
    "LoginFailure", "Notice", "Origin", "Outcome", "Platform", "Plot", "PlotKind", "PrintRun", "PrintState",
    "Producer", "ProducerKind", "Product", "ProductPicture", "RecallAct", "RecallKind", "RecallLine", "RecordVersion",
    "Review", "Role", "Scan", "ScanKey", "Scheme", "SelectionList", "Shipment", "Unit", "UnitScans", "Untold",
    "Visitor", "VoidUnit", "change_many", "tell",
    "Account", "Attachment", "Audited", "Batch", "BatchState", "Brand", "BrandKind", "CaseColumns", "CaseNote",
    "CaseState", "Certification", "CertificationLine", "Claim", "CodeRange", "Complaint", "ComplaintKind",
    "CreditAnswer", "CreditEntry", "Ending", "Event", "InsurancePolicy", "KeptFile", "LabelPrinter", "LabelStock",
    "LoginFailure", "Outcome", "Platform", "Plot", "PrintRun", "PrintState", "Producer", "ProducerKind", "Product",
    "ProductPicture", "RecordVersion", "Review", "Role", "Scan", "ScanKey", "Scheme", "Unit", "UnitScans", "Untold",
    "Visitor", "VoidUnit", "tell",
    "Report", "RewardDecision", "RewardOutcome",
    "CreditEntry", "Ending", "Event", "InsurancePolicy", "Insurer", "KeptFile", "LabelPrinter", "LabelStock",
    "Level", "LoginFailure", "Notice", "Origin", "Outcome", "PilotMember", "Platform", "Plot", "PlotKind",
    "PolicyEnding", "PolicyKind", "PolicyScope", "PolicyState", "PrintRun", "PrintState", "Producer",
    "ProducerKind", "Product", "ProductPicture", "RecallAct", "RecallKind", "RecallLine", "RecordVersion", "Review",
    "Role", "Scan", "ScanKey", "Scheme", "SelectionList", "Shipment", "Unit", "UnitScans", "Untold", "Visitor",
    "VoidUnit", "change_many", "tell",
]  # fmt: skip
