"""The codes in a photograph: QR symbols of our labels and the barcodes of shops. Pure; `sandbox` runs this in a bounded process."""

import zxingcpp

from . import sanitise

WANTED = (2400, 2400)  # pixels: at this size a label that fills a tenth of the photograph is still read
FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.EAN13])
LONGEST, MOST = 1_000, 10  # characters of a text, texts of a photograph


def texts(data: bytes, field: str = "photo") -> list[str]:
    """What the symbols in a picture say, each once. Raises Invalid for anything that is no picture within bounds."""
    with sanitise.opened(data, field) as picture:
        shown = sanitise.upright(picture, WANTED)
        shown.thumbnail(WANTED)
        found = zxingcpp.read_barcodes(shown, formats=FORMATS)
    return list(dict.fromkeys(each.text[:LONGEST] for each in found if each.text))[:MOST]
