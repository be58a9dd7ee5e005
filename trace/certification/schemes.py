"""The certificate schemes (绿色食品, 有机产品, 地理标志 …): what holds of each. A new `Scheme` needs its line in every table here.

The form of a scheme's numbers stands in `codes.certnumbers`; which target it counts for stands in the policy file.
"""

from ..codes.payload import Fact
from ..errors import N_
from ..models import Scheme

SCHEME_WORDS = {
    Scheme.GREEN: N_("绿色食品"),
    Scheme.ORGANIC: N_("有机产品"),
    Scheme.ORGANIC_CONVERSION: N_("有机转换"),
    Scheme.GEOGRAPHICAL: N_("农产品地理标志"),
    Scheme.GI_PRODUCT: N_("地理标志保护产品"),
    Scheme.GI_MARK: N_("地理标志证明商标"),
    Scheme.GI_COLLECTIVE: N_("地理标志集体商标"),
}
FACT_OF = {
    Scheme.GREEN: Fact.GREEN,
    Scheme.ORGANIC: Fact.ORGANIC,
    Scheme.ORGANIC_CONVERSION: Fact(0),  # on the way to organic is not organic
    Scheme.GEOGRAPHICAL: Fact.GEOGRAPHICAL,
    Scheme.GI_PRODUCT: Fact.GEOGRAPHICAL,
    Scheme.GI_MARK: Fact.GEOGRAPHICAL,
    Scheme.GI_COLLECTIVE: Fact.GEOGRAPHICAL,
}
YEARS = {
    Scheme.GREEN: 3,
    Scheme.ORGANIC: 1,
    Scheme.ORGANIC_CONVERSION: 1,
    Scheme.GEOGRAPHICAL: None,
    Scheme.GI_PRODUCT: None,
    Scheme.GI_MARK: 10,
    Scheme.GI_COLLECTIVE: 10,
}  # the term of a certificate; None: the scheme sets none
OF_A_BRAND = {
    Scheme.GREEN: False,
    Scheme.ORGANIC: False,
    Scheme.ORGANIC_CONVERSION: False,
    Scheme.GEOGRAPHICAL: True,
    Scheme.GI_PRODUCT: True,
    Scheme.GI_MARK: True,
    Scheme.GI_COLLECTIVE: True,
}  # whether a brand may hold the certificate, or a producer only
BRAND_SCHEMES = frozenset(scheme for scheme, may in OF_A_BRAND.items() if may)
