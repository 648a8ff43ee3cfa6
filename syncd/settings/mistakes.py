"""What a parser of one setting raises: the sentence and its cure.

No sentence may quote the value: a key pasted in the wrong place must not end up in a log.
"""


class Mistake(ValueError):
    """One value cannot be used; `message` says why, `cure` what to write."""

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure
