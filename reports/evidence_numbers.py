"""Numbers and times of an evidence bundle as people read them."""

MOST = 1_000_000_000
# Alerts that say that a unit is where it does not belong.
OF_PLACES = ("leak", "region_mismatch", "outside_country")


def is_about_places(document):
    """Tell whether a bundle says of any unit that it left its region."""
    kinds = {alert["kind"] for alert in document["alerts"]}
    return bool(document["groups"]) or not kinds.isdisjoint(OF_PLACES)


def share(value):
    """Return a share as people write it: 0.4 -> 40 %, 0.0031 -> 0.31 %."""
    return f"{100 * value:.3g} %"


def p_text(value):
    """Return a probability in figures."""
    return f"{value:.2g}" if value >= 1e-300 else "< 1e-300"


def times_text(p_value):
    """Return one in how many a probability is: 4.2e-7 -> 2,400,000."""
    return large(1 / p_value if p_value > 1 / MOST else MOST)


def large(number):
    """Return a number by its first two figures; nobody reads more of a large one."""
    if number >= MOST:
        return f"> {MOST:,}"
    digits = len(str(int(number))) - 2
    return f"{round(number, -digits):,.0f}" if digits >= 0 else f"{number:.2g}"


def odds_text(probability, texts):
    """Return the odds of a probability, "" where none is known."""
    if probability is None:
        return ""
    odds = probability / (1 - probability) if probability < 1 else MOST
    return texts["odds_words"] % {"odds": large(odds)}


def moment(text):
    """Return a time of the bundle as people read it."""
    return f"{text[:10]} {text[11:16]} UTC" if text else ""
