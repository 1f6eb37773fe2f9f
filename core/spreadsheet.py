"""Cells that a spreadsheet program shows and does not run."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_cell(value: object) -> str:
    """Return a value as the text of a cell that no program takes for a formula.

    A leading apostrophe is what OWASP advises against CSV injection.

    >>> safe_cell("=1+1")
    "'=1+1"
    >>> safe_cell("SN-1")
    'SN-1'
    """
    text = str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
