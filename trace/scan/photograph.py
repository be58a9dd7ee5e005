"""What a photograph of a label asks: the text that its reader would have typed into the search box."""

from ..codes.reading import Incomplete, NoCode, SeveralCodes, read_code
from ..errors import N_, Invalid
from ..uploads import sandbox


def asked(data: bytes) -> str:
    """The codes of ours in the photograph, or else the first other code; a shop's barcode stands beside our square on many packs.

    Raises Invalid (photo) where no code is seen, and for what is no photograph within bounds.
    """
    found = sandbox.texts(data)
    if not found:
        raise Invalid(
            "photo",
            N_("照片里没有认出二维码或条形码。请离近一点、对准、不要反光，再拍一张；也可以输入标签上的身份证号。"),
        )
    return " ".join([text for text in found if _is_ours(text)] or found[:1])


def _is_ours(text: str) -> bool:
    """Whether the text holds a whole unit code, of whatever signature."""
    try:
        read_code(text)
    except SeveralCodes:
        return True
    except (Incomplete, NoCode):
        return False
    return True
