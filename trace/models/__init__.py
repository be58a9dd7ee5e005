"""The tables, one file a subject. Small domain questions are properties; nothing here knows a page."""

from .access_log import Access, AccessNote
from .accounts import Account, LoginFailure, Position, Role
from .actions import Action
from .attachments import Attachment, KeptFile
from .batches import AmountState, Batch, BatchState, Origin, Packed, StoppedBy, Unit, packed
from .brands import Brand, BrandKind, BrandLevel, BrandLicence, BrandSelection, Level, SelectionList
from .calendar import CalendarDay
from .cases import CaseColumns, CaseNote, CaseState
from .catalogue import Product, ProductPicture, ProductText, Regime
from .certifications import Certification, CertificationLine, Claim, Ending, Scheme
from .chains import ActKind, BatchLink, ChainAct, Shipment, phones_of
from .changes import RecordChange, RecordVersion, changed_everything
from .claimnotices import ClaimNotice
from .clones import CloneCase, CloneState, NetworkList, SoldUnit
from .codes import CodeRange, LabelPrinter, LabelStock, PrintRun, PrintState, VoidUnit
from .commitments import CollectedCertificate, CommitmentCertificate
from .complaints import Complaint, ComplaintKind, Outcome, Platform
from .credit import CreditAnswer, CreditEntry
from .deliveries import Channel, Delivery, DeliveryState, MailAddress, PhoneNumber, Reached, WebHook
from .events import Audited, Event, Untold, brought, change_many, tell
from .farm import CropKind, EntryKind, FarmCase, FarmEntry, FarmInput, InputKind
from .fingerprints import Fingerprint
from .forgotten import ForgottenRow
from .imports import ImportState, TableImport
from .inspections import DrawSeed, Inspection, InspectionDraw, InspectionItem, InspectionKind
from .insurance import InsurancePolicy, Insurer, PilotMember, PolicyEnding, PolicyKind, PolicyScope, PolicyState
from .invitations import Invitation
from .jobs import Job, JobLane, JobState
from .kept_forms import KeptForm
from .log_entries import LogDue, LogEntry, LogPosition, LogSalt, LogSequencer
from .log_witnesses import LogWitness, LogWitnessed, Trouble
from .notifications import Notification
from .partners import Partner
from .producers import AttachedFarmer, Plot, PlotKind, PositionSource, Producer, ProducerKind, Review
from .recalls import Notice, RecallAct, RecallFigure, RecallKind, RecallLine
from .recovered import RecoveredLine
from .reports import Report, RewardDecision, RewardOutcome
from .scans import Scan, ScanKey, UnitReader, UnitScans, Visitor
from .sent_forms import SentForm
from .sign_ins import SignIn
from .stores import StoreMark
