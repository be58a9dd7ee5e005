"""Points of the curve of Ed25519, as far as a key list asks: may these bytes be a public key?

The library that verifies signatures takes any point of the curve. Under a point outside the main group somebody can make
signatures that are good for messages which nobody signed, or for which two verifiers disagree.
"""

from functools import lru_cache

from ..errors import N_

P = 2**255 - 19  # the field (RFC 8032, 5.1)
ORDER = 2**252 + 27742317777372353535851937790883648493  # of the main group, "L" in RFC 8032, 5.1
_D = -121665 * pow(121666, -1, P) % P
_ROOT = pow(2, (P - 1) // 4, P)  # of -1
Point = tuple[int, int, int, int]  # X, Y, Z, T: x = X/Z, y = Y/Z, xy = T/Z
_NOTHING: Point = (0, 1, 1, 0)  # the neutral point


@lru_cache(maxsize=512)
def problem(raw: bytes) -> str | None:
    """Why these bytes may not be a public key, as a template with a place for `number`; None if they may.

    RFC 8032, 5.1.3; and the point must be of the order of the main group, so neither small nor mixed.
    """
    if len(raw) != 32:
        return N_("第 %(number)s 号密钥的公钥应为 32 字节")
    y = int.from_bytes(raw, "little") & (2**255 - 1)
    if y >= P:
        return N_("第 %(number)s 号密钥的公钥不是规范编码，不可信任")
    x = _x(y)
    if x is None:
        return N_("第 %(number)s 号密钥的公钥不是曲线上的点")
    point = (x, y, 1, x * y % P)  # the sign of x changes no order
    if is_neutral(times(8, point)):
        return N_("第 %(number)s 号密钥的公钥是低阶点，任何人都能伪造其签名，不可信任")
    if not is_neutral(times(ORDER, point)):
        return N_("第 %(number)s 号密钥的公钥不在主群内（混合阶），各家核验结果会不一致，不可信任")
    return None


def _x(y: int) -> int | None:
    """One of the two x that belong to y, None if y is on no point (RFC 8032, 5.1.3, step 2 and 3)."""
    squared = (y * y - 1) * pow(_D * y * y + 1, -1, P) % P
    x = pow(squared, (P + 3) // 8, P)
    for found in (x, x * _ROOT % P):
        if found * found % P == squared:
            return found
    return None


def times(factor: int, point: Point) -> Point:
    """The point added to itself so many times."""
    total = _NOTHING
    for bit in f"{factor:b}":
        total = plus(total, total)
        if bit == "1":
            total = plus(total, point)
    return total


def plus(one: Point, other: Point) -> Point:
    """The sum of two points (RFC 8032, 5.1.4)."""
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * _D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def is_neutral(point: Point) -> bool:
    """Whether this is the neutral point."""
    return point[0] % P == 0 and (point[1] - point[2]) % P == 0
