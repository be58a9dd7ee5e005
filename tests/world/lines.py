"""The three measures of 两品一标, counted by hand.

The certificates of the example, in the order of their grant. Two lines of one letter are two products on one paper.
The period is 2023-01-01 to 2025-12-31, its base day 2022-12-31.

    paper  product   scheme        county  granted     valid to    declared    verified    what else
    A1     黄桃       green         炎陵    2021-05-10  2024-05-09  2023-01-20  2023-02-01  before the base day, entered late
    E1     茶油       green         炎陵    2022-03-01  2025-02-28  2022-03-02  2022-03-05  before the base day
    B1     黄桃       organic       炎陵    2023-06-01  2024-05-31  2023-06-02  2023-06-15  a second scheme on 黄桃; expires
    C      红茶       green         攸县    2023-09-01  2026-08-31  2023-09-10  2024-02-20  verified late; 撤销 2025-07-01
    D      丝瓜、辣椒  geographical  430221  2024-01-15  open        2024-01-15  2024-01-20  old code of 渌口; two products
    F      黄桃       conversion    炎陵    2024-04-01  2025-03-31  2024-04-01  2024-04-02  转换: never counted
    G      丝瓜       gi_product    渌口    2024-05-01  open        2024-05-01  2024-05-02  an indicator of its own
    A2     黄桃       green         炎陵    2024-05-10  2027-05-09  2024-05-15  2024-06-01  renews A1; a gap of three weeks
    I      大豆       green         攸县    2024-08-01  2027-07-31  2024-08-01  2024-08-05  登记有误，撤下 2025-02-01
    B2     黄桃       organic       炎陵    2025-03-01  2026-02-28  2025-03-02  2025-03-10  after B1 lapsed; not linked
    E2     茶油       green         攸县    2025-03-01  2028-02-28  2025-03-02  2025-03-15  renews E1; its holder has moved
    H      生姜       green         攸县    2025-09-20  2028-09-19  2025-10-01  —           待核
    K      白芷       green         攸县    2025-09-20  2028-09-19  2025-10-01  —           sent back
    J      黄茶       green         炎陵    2026-02-01  2029-01-31  2026-02-01  2026-02-03  after the period

Counted by hand:

    as of        first time            in force                net  待核
    2023-06-30   B1                    A1 B1 E1                 +1
    2024-01-31   B1 D D                A1 B1 D D E1             +3   C
    2024-05-20   B1 C D D              B1 C D D E1              +3   A2
    2024-12-31   B1 C D D I            A2 C D D E1 I            +4
    2025-12-31   B1 C D D              A2 B2 D D E2             +3   H
    2026-07-01   B1 C D D              A2 D D E2 J              +3   H
"""

from datetime import date

from yipin.indicators.line import Line

D = date.fromisoformat
YANLING, YOUXIAN, LUKOU = "430225", "430223", "430212"


# paper, products, scheme, county, granted, valid to, declared, verified, holder
PAPERS = [
    ("A1", "黄桃", "green", YANLING, "2021-05-10", "2024-05-09", "2023-01-20", "2023-02-01", "coop"),
    ("E1", "茶油", "green", YANLING, "2022-03-01", "2025-02-28", "2022-03-02", "2022-03-05", "oil"),
    ("B1", "黄桃", "organic", YANLING, "2023-06-01", "2024-05-31", "2023-06-02", "2023-06-15", "coop"),
    ("C", "红茶", "green", YOUXIAN, "2023-09-01", "2026-08-31", "2023-09-10", "2024-02-20", "tea"),
    ("D", "丝瓜 辣椒", "geographical", LUKOU, "2024-01-15", "", "2024-01-15", "2024-01-20", "brand"),
    ("F", "黄桃", "organic_conversion", YANLING, "2024-04-01", "2025-03-31", "2024-04-01", "2024-04-02", "coop"),
    ("G", "丝瓜", "gi_product", LUKOU, "2024-05-01", "", "2024-05-01", "2024-05-02", "brand"),
    ("A2", "黄桃", "green", YANLING, "2024-05-10", "2027-05-09", "2024-05-15", "2024-06-01", "coop"),
    ("I", "大豆", "green", YOUXIAN, "2024-08-01", "2027-07-31", "2024-08-01", "2024-08-05", "bean"),
    ("B2", "黄桃", "organic", YANLING, "2025-03-01", "2026-02-28", "2025-03-02", "2025-03-10", "coop"),
    ("E2", "茶油", "green", YOUXIAN, "2025-03-01", "2028-02-28", "2025-03-02", "2025-03-15", "oil"),
    ("H", "生姜", "green", YOUXIAN, "2025-09-20", "2028-09-19", "2025-10-01", "", "ginger"),
    ("K", "白芷", "green", YOUXIAN, "2025-09-20", "2028-09-19", "2025-10-01", "", "root"),
    ("J", "黄茶", "green", YANLING, "2026-02-01", "2029-01-31", "2026-02-01", "2026-02-03", "coop"),
]


ENDINGS = {"C": ("revoked", "2025-07-01"), "I": ("withdrawn", "2025-02-01")}


RENEWS = {"A2": "A1", "E2": "E1"}


NUMBER = {paper[0]: number for number, paper in enumerate(PAPERS, 1)}


def example() -> list[Line]:
    found: list[Line] = []
    for name, products, scheme, county, granted, valid_to, declared, verified, holder in PAPERS:
        ending, ended = ENDINGS.get(name, (None, ""))
        for product in products.split():
            found.append(
                Line(
                    len(found) + 1,
                    NUMBER[name],
                    scheme,
                    name,
                    holder,
                    holder,
                    None,
                    product,
                    county,
                    D(granted),
                    D(granted),
                    D(valid_to) if valid_to else None,
                    D(declared),
                    D(verified) if verified else None,
                    name == "K",
                    D(ended) if ended else None,
                    ending,
                    NUMBER.get(RENEWS.get(name, "")),
                )
            )
    return found


def line(number: int, **changes: object) -> Line:
    """One plain line, on a paper of its own, with changes."""
    facts = {
        "id": number,
        "certification": number,
        "scheme": "green",
        "number": f"N{number}",
        "holder": "coop",
        "subject": "coop",
        "product_id": None,
        "product": "黄桃",
        "county": YANLING,
        "granted": D("2024-01-01"),
        "valid_from": D("2024-01-01"),
        "verified": D("2024-01-02"),
    }
    return Line(**facts | changes)  # type: ignore[arg-type]
