"""Rights of complaints: anyone files one and asks after it, officers of its county decide it."""

from ...models import Complaint
from .rule import ANYONE, O, Rules, may

RULES: Rules = {
    ("public.report", "GET"): ANYONE,
    ("public.report", "POST"): ANYONE,
    ("public.reported", "GET"): ANYONE,
    ("public.case_status", "GET"): ANYONE,
    ("public.case_status", "POST"): ANYONE,
    ("bureau.complaints", "GET"): may(O),
    ("bureau.complaint", "GET"): may(O, of=Complaint),
    ("bureau.take_complaint", "POST"): may(O, of=Complaint),
    ("bureau.assign_complaint", "POST"): may(O, of=Complaint),
    ("bureau.refer_complaint", "POST"): may(O, of=Complaint),
    ("bureau.note_complaint", "POST"): may(O, of=Complaint),
    ("bureau.decide_complaint", "POST"): may(O, of=Complaint),
    ("bureau.reopen_complaint", "POST"): may(O, of=Complaint),
    ("bureau.complaint_contact", "POST"): may(O, of=Complaint),
    ("bureau.complaint_evidence", "POST"): may(O, of=Complaint),
}
