"""What messengers, keyboards, scanners and people do to a code or a number before it comes back to us."""

from collections.abc import Callable

Distortion = Callable[[str], str]
HOST = "https://t.zhuzhou.gov.cn/"


def wide(text: str) -> str:
    """In full-width forms, as an input method types them."""
    return "".join(chr(ord(each) + 0xFEE0) if each.isascii() and each.isalnum() else each for each in text)


def grouped(text: str, size: int = 4, between: str = " ") -> str:
    return between.join(text[at : at + size] for at in range(0, len(text), size))


# What leaves the whole text legible, whatever stands around it.
AROUND: dict[str, Distortion] = {
    "bare": lambda text: text,
    "full stop": lambda text: f"{text}。",
    "comma and words": lambda text: f"{text}，快来看看",
    "bracket": lambda text: f"【{text}】",
    "parenthesis": lambda text: f"({text})",
    "dot": lambda text: f"{text}.",
    "blank": lambda text: f"{text} ",
    "line break": lambda text: f"\r\n{text}\n",
    "escaped blank": lambda text: f"{text}%20",
    "escaped line break": lambda text: f"{text}%0A",
    "parameters": lambda text: f"{text}&from=singlemessage&isappinstalled=0",
    "zero width": lambda text: f"\ufeff{text}\u200b",
    "direction marks": lambda text: f"\u202a{text}\u202c\u200e",
    "full width": wide,
    "in groups": grouped,
    "wrapped": lambda text: f"{text[:9]}\r\n{text[9:]}",
    "zero width inside": lambda text: "\u200b".join(text),
    "in a sentence": lambda text: f"帮我看看这个 {text} 是真的吗？",
}
WHOLE: dict[str, Distortion] = AROUND | {
    "address": lambda code: f"{HOST}{code}",
    "address with slash": lambda code: f"{HOST}{code}/",
    "address in a sentence": lambda code: f"帮我看看这个 {HOST}{code} 是真的吗？",
    "address in angle brackets": lambda code: f"<{HOST}{code}>",
    "address with parameters": lambda code: f"http://127.0.0.1:8000/trace/{code}?from=groupmessage#top",
    "capitals": lambda code: f"HTTPS://T.ZHUZHOU.GOV.CN/{code}",
    "input method": lambda code: f"http：、、t。zhuzhou。gov。cn、{code}",
    "escaped address": lambda code: f"https%3A%2F%2Ft.zhuzhou.gov.cn%2F{code}",
    "escaped twice": lambda code: f"https%253A%252F%252Ft.zhuzhou.gov.cn%252F{code}%2520",
    "symbology identifier": lambda code: f"]Q1{code}",
    "sent twice": lambda code: code * 2,
    "sent twice as lines": lambda code: f"{HOST}{code}\n{HOST}{code}",
    "quoted mail": lambda code: f"> {HOST}{code[:20]}\n> {code[20:]}",
    "with a telephone number": lambda code: f"13812345678 {code} 2026-07-18",
}
FORGED_BY_MESSENGERS: dict[str, Distortion] = {
    "last digit lost": lambda code: code[:-1],
    "first digit lost": lambda code: code[1:],
    "a digit lost inside": lambda code: code[:80] + code[81:],
    "a digit doubled": lambda code: code[:80] + code[79:],
    "a digit added": lambda code: f"{code}7",
    "cut by a message": lambda code: f"{code[:120]}…",
    "cut to a multiple of a tiny code": lambda code: code[:185],
    "address cut": lambda code: f"{HOST}{code[:140]}",
    "wrapped and cut": lambda code: grouped(code[:-1], 37, "\n"),
}
