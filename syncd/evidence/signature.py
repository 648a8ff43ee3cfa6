"""The signature of a closed visit, out of the text in which LetsJobIt holds it.

Pure. How the text may be written says `syncd.evidence.encoded`; the picture's kind is taken from
the bytes alone.
"""

from syncd.evidence.encoded import decode_text
from syncd.evidence.pictures import Picture, read_picture


def decode_signature(text: str | None) -> Picture | None:
    """The signature as a picture; None where the visit has none.

    BadEvidence with one line of reason where there is something that cannot be a signature.
    """
    if text is None or not text.strip():
        return None
    return read_picture(decode_text(text, "the signature"))
