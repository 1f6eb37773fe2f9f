"""Numbers and times of an evidence bundle as people read them."""


def share(value):
    """Return a share as people write it: 0.4 -> 40 %, 0.0031 -> 0.31 %."""
    return f"{100 * value:.3g} %"


def p_text(value):
    """Return a probability in figures."""
    return f"{value:.2g}" if value >= 1e-300 else "< 1e-300"


def times_text(p_value):
    """Return one in how many a probability is: 4.2e-7 -> 2,400,000."""
    if p_value < 1e-12:
        return "1,000,000,000,000+"
    times = 1 / p_value
    digits = max(len(str(int(times))) - 2, 0)
    return f"{round(times, -digits) if digits else round(times, 1):,g}"


def odds_text(probability, texts):
    """Return the odds of a probability."""
    if probability is None:
        return ""
    if probability > 0.99999:
        return texts["odds_words"] % {"odds": "> 100,000"}
    odds = probability / (1 - probability)
    return texts["odds_words"] % {
        "odds": f"{odds:,.0f}" if odds >= 10 else f"{odds:.2g}"
    }


def moment(text):
    """Return a time of the bundle as people read it."""
    return f"{text[:10]} {text[11:16]} UTC" if text else ""
