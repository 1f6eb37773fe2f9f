"""Views of the public page in the last weeks, each logged as the page itself does."""

from datetime import timedelta

from dateutil.relativedelta import relativedelta
from freezegun import freeze_time

from . import data

WEEKS = 6
OPENING, CLOSING = 0, 15  # UTC; from morning to night in China


def get_address(env, random, iso):
    """Return an address that the location file puts into a province.

    Neighbours of a network are taken too: homes do not share an address.
    """
    network = random.choice(data.NETWORKS[iso])
    first, second, third, _rest = network.split(".")
    near = int(third) // 64 * 64 + random.randrange(64)
    address = f"{first}.{second}.{near}.{random.randint(2, 250)}"
    seen = env["serial.geoip"]._locate(address)
    if seen and seen[0].place == f"CN-{iso}":
        return address
    return network + str(random.randint(2, 250))


class Visits:
    """Who looks at which code, when and from where."""

    def __init__(self, env, random, today):
        self.env = env
        self.random = random
        self.today = today
        self.visits = []  # moment, code, address, browser

    def add_consumer(self, lot, iso):
        """A consumer looks when he has activated his unit, and again later on."""
        ip = self._get_address(iso)
        browser = self.random.choice(data.BROWSERS)
        first = lot.activated_at or lot.shipped_at
        for _visit in range(self.random.choice((1, 2, 2, 3, 4))):
            moment = self._get_moment(first)
            self.visits.append((moment, lot.scan_code, ip, browser))
            if self.random.random() < 0.25:  # the same page once more
                moment += timedelta(minutes=self.random.randint(1, 20))
                self.visits.append((moment, lot.scan_code, ip, browser))

    def add_passer_by(self, code):
        """Somebody in a shop looks once, at a good code or a bad one."""
        iso = self.random.choice(list(data.NETWORKS))
        browser = self.random.choice(data.BROWSERS)
        self.visits.append((self._get_moment(), code, self._get_address(iso), browser))

    def add_bot(self, code, bot):
        """A program looks: a link was posted."""
        address = self._get_address(self.random.choice(list(data.NETWORKS)))
        self.visits.append((self._get_moment(), code, address, bot))

    def _get_address(self, iso):
        return get_address(self.env, self.random, iso)

    def _get_moment(self, since=None):
        """Return a moment of the last weeks, not before another one."""
        begin = self.today - timedelta(weeks=WEEKS)
        begin = max(begin, since) if since else begin
        days = max((self.today - begin).days, 1)
        moment = self.today - timedelta(days=self.random.randint(1, days))
        return moment.replace(
            hour=self.random.randint(OPENING, CLOSING),
            minute=self.random.randint(0, 59),
            second=self.random.randint(0, 59),
        )

    def make(self):
        """Log the visits in the order of time, in the months they belong to."""
        scans, page = self.env["serial.scan"], self.env["serial.page"]
        month = self.today.date() - relativedelta(weeks=WEEKS, months=1)
        scans._create_partitions(month)
        page = page.with_user(self.env.ref("base.public_user"))
        self.visits.sort()
        with freeze_time(self.visits[0][0]) as clock:
            for moment, code, ip, user_agent in self.visits:
                clock.move_to(moment)
                visit = {
                    "ip": ip,
                    "user_agent": user_agent,
                    "languages": ["zh-CN"],
                    "lang": None,
                }
                page._get_unit_page(code, visit)
