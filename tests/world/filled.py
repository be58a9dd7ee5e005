"""Any form of the pages filled in rightly: as the page has it, and with a good value where it is empty."""

from world import USCC
from world.fuzz import Form

# What the other fields of the forms need to be right; where the page has a value already, it is that.
RIGHT = {
    "login": "new.person",
    "password": "some plain sentence",
    "role": "officer",
    "county": "430225",
    "name": "某某",
    "place": "山垄村",
    "area_mu": "3",
    "clause": "县发文",
    "number": "PICC-2026-7",
    "holder_source": "证书",
    "source": "某产品标签",
    "interval_days": "7",
    "sampled_on": "2026-07-18",
    "reported_on": "2026-07-19",
    "report_number": "R-7",
    "lab": "某检测中心",
    "value-0": "未检出",
    "name-0": "多菌灵",
    "holder": "某协会",
    "day": "2026-07-10",
    "valid_from": "2026-01-01",
    "valid_to": "2027-01-01",
    "what": "标签上的字不对",
    "operator": "Ama",
    "crop": "黄桃",
    "season": "2026",
    "input_name": "多菌灵",
    "method": "喷雾",
    "dose": "800 倍",
    "maker": "某厂",
    "target": "褐腐病",
    "quantity": "1",
    "pack_size": "1",
    "phone": "13800000000",
    "contact": "Dora",
    "consent": "y",
    "reason": "写错了",
    "customer": "某超市",
    "supplier": "某粮行",
    "township": "霞阳镇",
    "uscc": USCC["other"],
    "subject": USCC["ama"],
    "page_width": "100",
    "page_height": "100",
    "made": "1",
}
# What a form needs beside, by the end of its path.
OF_FORM = {
    "/bureau/accounts": {"role": "insurer", "county": ""},
    "/bureau/brands": {"county": "430203"},
    "/bureau/certificates/new": {"scheme": "geographical", "number": "AGI00000"},
    "/certificate": {"number": "LB-00-24010000007A"},
    "/producer/certificates/new": {"number": "LB-00-24010000007A"},
    "/ship": {"quantity": ""},
    "/farm/new": {"kind": "input", "season": "2026"},
    "/correct": {"kind": "input", "season": "2026"},
}


def filled_form(path: str, form: Form) -> dict[str, str]:
    """The form as the page has it, of every list the first, and what is empty filled in."""
    first: dict[str, str] = {}
    for name, value in form.fields:
        first[name] = first.get(name) or value
    beside = next((more for end, more in OF_FORM.items() if path.endswith(end)), {})
    return (
        {
            name: value for name, value in first.items() if name != "tell"
        }  # the button that only shows, and saves nothing
        | {name: RIGHT[name] for name in first if name in RIGHT and (not first[name] or name == "county")}
        | beside
    )
