"""Errors of the pure core. Models catch them and translate the reason."""


class SerialError(ValueError):
    """A value breaks a rule of its field.

    `reason` is a stable code that models translate, `values` fill the text.

    >>> try:
    ...     raise SerialError("too_long", maximum=20)
    ... except SerialError as error:
    ...     error.reason, error.values
    ('too_long', {'maximum': 20})
    """

    def __init__(self, reason: str, **values):
        super().__init__(reason)
        self.reason = reason
        self.values = values
