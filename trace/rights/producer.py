"""Rights of a grower's pages: record, plots, products, batches, codes, labels, printers."""

from ..models import Batch, CodeRange, LabelPrinter, PrintRun, Product
from .rule import P, Rules, may

RULES: Rules = {
    ("producer.home", "GET"): may(P),
    ("producer.profile", "GET"): may(P),
    ("producer.profile", "POST"): may(P),
    ("producer.plots", "GET"): may(P),
    ("producer.plots", "POST"): may(P),
    ("producer.new_product", "GET"): may(P),
    ("producer.new_product", "POST"): may(P),
    ("producer.product", "GET"): may(P, of=Product),
    ("producer.product", "POST"): may(P, of=Product),
    ("producer.batches", "GET"): may(P),
    ("producer.new_batch", "GET"): may(P),
    ("producer.new_batch", "POST"): may(P),
    ("producer.batch", "GET"): may(P, of=Batch),
    ("producer.issue_codes", "POST"): may(P, of=Batch),
    ("producer.void", "POST"): may(P, of=Batch),
    ("producer.new_print", "GET"): may(P, of=CodeRange),
    ("producer.new_print", "POST"): may(P, of=CodeRange),
    ("producer.symbol", "GET"): may(P, of=CodeRange),
    ("producer.print_run", "GET"): may(P, of=PrintRun),
    ("producer.sheet", "GET"): may(P, of=PrintRun),
    ("producer.preview", "GET"): may(P, of=PrintRun),
    ("producer.retry", "POST"): may(P, of=PrintRun),
    ("producer.stop", "POST"): may(P, of=PrintRun),
    ("producer.release", "POST"): may(P, of=PrintRun),
    ("producer.reprint", "POST"): may(P, of=PrintRun),
    ("producer.cancel", "POST"): may(P, of=PrintRun),
    ("producer.paper", "GET"): may(P),
    ("producer.new_stock", "POST"): may(P),
    ("producer.new_printer", "POST"): may(P),
    ("producer.printer", "GET"): may(P, of=LabelPrinter),
    ("producer.printer", "POST"): may(P, of=LabelPrinter),
    ("producer.calibration", "GET"): may(P, of=LabelPrinter),
}
