"""Our own way: from a reserved range of units to a sheet on the disk, read back as the press does."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from yipin.codes.idnumber import batch_integer
from yipin.codes.keys import KeyRing, SigningKey, new_key
from yipin.codes.label.job import Printer, SheetJob
from yipin.codes.label.readback import ReadBack, read_back, sampled
from yipin.codes.label.sheet import page_count, write_sheet
from yipin.codes.label.stock import stocks
from yipin.codes.label.text import LabelText
from yipin.codes.paper.pdf import SheetFile
from yipin.codes.payload import Fact, Payload
from yipin.codes.unitcodes import UnitCodes
from yipin.codes.units import UnitPermutation

ID_NUMBER = "430225AB3D5FG7HQ"
PREFIX = "https://t.zhuzhou.gov.cn/"
DAY = date(2026, 7, 18)
TEXT = LabelText(
    name="炎陵黄桃",
    brand="炎陵黄桃",
    producer="示范黄桃种植专业合作社",
    county="炎陵县",
    harvest_date=DAY,
    net_content="2.5 kg",
    id_number=ID_NUMBER,
    host="t.zhuzhou.gov.cn",
)
JOB = SheetJob(stocks()["a4-24"], TEXT, PREFIX, Printer(dpi=203))
PER_PAGE = JOB.stock.per_page


@dataclass(frozen=True)
class Shop:
    """A folder to work in and a key to sign with."""

    folder: Path
    key: SigningKey

    @classmethod
    def opened(cls, folder: Path) -> "Shop":
        now = datetime(2026, 1, 1, tzinfo=UTC)
        new_key(folder / "keys", now)
        return cls(folder, KeyRing.load(folder / "keys").signer(now))

    def codes(self, count: int, first: int = 0) -> UnitCodes:
        said = Payload(self.key.number, int(ID_NUMBER[:6]), batch_integer(ID_NUMBER), 0, DAY, Fact.GREEN | Fact.INSURED)
        return UnitCodes(said, self.key, UnitPermutation(b"a secret of the bench", ID_NUMBER), first, count)

    @property
    def sheet(self) -> Path:
        return self.folder / "sheet.pdf"

    def written(self, count: int) -> SheetFile:
        """Signed, drawn, written."""
        return write_sheet(self.sheet, JOB, self.codes(count), count)

    def read(self, count: int, pages: str | int = "all") -> ReadBack:
        def expected(page: int) -> list[str]:
            first = page * PER_PAGE
            return [PREFIX + digits for _, digits in self.codes(min(PER_PAGE, count - first), first)]

        return read_back(self.sheet, expected, JOB.printer.dpi, pages, count=count)

    def finished(self, count: int) -> None:
        """Written, and read back by the sample that the press takes."""
        self.written(count)
        self.read(count, sampled(count, page_count(JOB.stock, count)))
