"""How to tell whoever has a recalled unit."""


def choose_notice(
    *, phone: str | None, email: str | None, in_trade: bool, unsold: bool
) -> str:
    """Return how somebody is told: sms, mail, dealer, none, or ours (nobody to tell).

    A telephone comes first: it was left with this very unit. A unit that was never sold
    is told to the dealer who has it; what has not left the brand is no one's yet.

    >>> choose_notice(phone="+861", email="a@b.example", in_trade=False, unsold=False)
    'sms'
    >>> choose_notice(phone=None, email=None, in_trade=False, unsold=True)
    'ours'
    """
    if phone:
        return "sms"
    if email:
        return "mail"
    if in_trade:
        return "dealer"
    return "ours" if unsold else "none"
