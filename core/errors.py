"""Errors of the pure core. Models catch them and translate the reason."""


class SerialError(ValueError):
    """A value breaks a rule of the field; `reason` is a stable code, `values` fill its text."""

    def __init__(self, reason: str, **values):
        super().__init__(reason)
        self.reason = reason
        self.values = values
