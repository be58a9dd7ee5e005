"""Lists of claims about goods: certificates, brands and their licences, commitment certificates."""

from sqlalchemy.orm import joinedload

from ...access.actor import Actor
from ...access.visibility import visible
from ...brands import directory
from ...brands.lists import BRANDS
from ...certification.lists import CERTIFICATES
from ...certification.schemes import SCHEME_WORDS
from ...commitment import certificates
from ...commitment.lists import COMMITMENTS
from ...errors import N_, Message
from ...models import BrandLicence
from ...sheets.writer import Kind
from ..export_file import Col, Export, Rows, Typed
from ..words import CLAIM_WORDS, ENDING_WORDS, REVIEW_WORDS
from .parts import county, of_list, word


def _licences(actor: Actor, typed: Typed) -> Rows:
    rows = visible(actor, BrandLicence).order_by(BrandLicence.id)
    return rows.options(joinedload(BrandLicence.brand), joinedload(BrandLicence.producer))


EXPORTS: tuple[Export, ...] = (
    Export(
        "certificates",
        N_("证书清单"),
        of_list(CERTIFICATES),
        lambda policy: (
            Col(N_("证书种类"), word(SCHEME_WORDS, lambda row: row.scheme)),
            Col(N_("证书编号"), lambda row: row.number, width=24),
            Col(N_("持证人"), lambda row: row.holder, width=28),
            Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
            Col(N_("证书上的产品"), lambda row: "、".join(line.product_name for line in row.lines), width=30),
            Col(N_("首次颁证日期"), lambda row: row.granted_on, Kind.DAY),
            Col(N_("起始日期"), lambda row: row.valid_from, Kind.DAY),
            Col(N_("截止日期"), lambda row: row.valid_to, Kind.DAY),
            Col(N_("发证机构"), lambda row: row.issuer),
            Col(N_("状态"), word(CLAIM_WORDS, lambda row: row.state)),
            Col(N_("核实时间"), lambda row: row.verified_at, Kind.MOMENT),
            Col(N_("终止"), word(ENDING_WORDS, lambda row: row.ended_how)),
            Col(N_("终止日期"), lambda row: row.ended_on, Kind.DAY),
            Col(N_("理由"), lambda row: row.end_reason or row.return_reason, width=30),
        ),
    ),
    Export(
        "brands",
        N_("品牌目录"),
        of_list(BRANDS),
        lambda policy: (
            Col(N_("品牌"), lambda row: row.name, width=20),
            Col(N_("种类"), word(directory.KIND_WORDS, lambda row: row.kind)),
            Col(N_("县市区"), county(policy, lambda row: row.county), width=10),
            Col(N_("一县一特"), lambda row: Message(N_("是")) if row.flagship else None),
            Col(N_("持有人或主体"), lambda row: row.producer.name if row.producer else row.holder, width=28),
            Col(N_("首次认定"), lambda row: row.recognised_on, Kind.DAY),
            Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
            Col(N_("列入依据"), lambda row: row.clause, width=40),
        ),
    ),
    Export(
        "licences",
        N_("使用许可"),
        _licences,
        lambda policy: (
            Col(N_("品牌"), lambda row: row.brand.name, width=20),
            Col(N_("生产主体"), lambda row: row.producer.name, width=28),
            Col(N_("许可编号"), lambda row: row.number),
            Col(N_("起始日期"), lambda row: row.valid_from, Kind.DAY),
            Col(N_("截止日期"), lambda row: row.valid_to, Kind.DAY),
            Col(N_("状态"), word(REVIEW_WORDS, lambda row: row.state)),
            Col(N_("终止日期"), lambda row: row.ended_on, Kind.DAY),
            Col(N_("理由"), lambda row: row.end_reason or row.return_reason, width=30),
        ),
    ),
    Export(
        "commitments",
        N_("承诺达标合格证清单"),
        of_list(COMMITMENTS),
        lambda policy: (
            Col(N_("编号"), lambda row: row.number, width=16),
            Col(N_("开具日期"), lambda row: row.issued_on, Kind.DAY),
            Col(N_("样式"), lambda row: certificates.template_of(row).name, width=28),
            Col(N_("产品"), lambda row: row.product),
            Col(N_("数量"), lambda row: row.quantity, Kind.AMOUNT),
            Col(N_("单位"), lambda row: Message(row.unit), width=8),
            Col(N_("产地"), lambda row: row.place, width=28),
            Col(N_("承诺主体"), lambda row: row.subject, width=28),
            Col(N_("县市区"), county(policy, lambda row: row.batch.county), width=10),
            Col(N_("批次身份证号"), lambda row: row.batch.id_number, width=20),
            Col(
                N_("承诺依据"),
                lambda row: "、".join(certificates.template_of(row).basis[each] for each in certificates.bases_of(row)),
                width=30,
            ),
            Col(N_("检测报告"), lambda row: row.report, width=24),
            Col(N_("作废时间"), lambda row: row.voided_at, Kind.MOMENT),
            Col(N_("理由"), lambda row: row.void_reason, width=30),
            Col(N_("保存至"), lambda row: row.kept_until, Kind.DAY),
        ),
    ),
)
