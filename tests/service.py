import re

from .test_portal import PICTURE

CENTRES = {
    "Futian Service": (22.54, 114.06, "Shenzhen"),
    "Tianhe Service": (23.13, 113.33, "Guangzhou"),
    "Wuhou Service": (30.64, 104.05, "Chengdu"),
}
TOKEN = re.compile(r'name="token" value="([^"]+)"')
PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF"
FAULT = "serial_dossier.serial_repair_code_fault_battery_drains"

__all__ = ["FAULT", "PDF", "PICTURE", "TOKEN", "ServiceMixin"]


class ServiceMixin:
    """Three service centres, two of them with people who log in to the portal."""

    @classmethod
    def create_centres(cls):
        """Create the centres and their users."""
        cls.env["res.partner"].search([("is_service_centre", "=", True)]).active = False
        cls.centres = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "is_company": True,
                    "is_service_centre": True,
                    "partner_latitude": latitude,
                    "partner_longitude": longitude,
                    "city": city,
                    "street": "Main Street 1",
                    "phone": "+86 755 8000 1234",
                    "service_hours": "Mon-Sat 9:00-18:00",
                }
                for name, (latitude, longitude, city) in CENTRES.items()
            ]
        )
        cls.futian, cls.tianhe, cls.wuhou = cls.centres
        cls.technician = cls.create_technician("futian", cls.futian)
        cls.other_technician = cls.create_technician("tianhe", cls.tianhe)

    @classmethod
    def create_technician(cls, name, centre):
        """Return a portal user of a centre."""
        user = cls.make_portal_user(f"serial_{name}", centre)
        return user

    def request_repair(self, lot, centre=None, **values):
        """Return the repair that a consumer asks for."""
        number = self.env["serial.activation"]._parse_phone(
            "+8613800138000", "CN", None
        )
        public = self.env.ref("base.public_user")
        repair_sudo = (
            self.env["repair.order"]
            .with_user(public)
            ._request(
                lot.with_user(public).sudo(),
                {
                    "fault_id": self.env.ref(FAULT).id,
                    "centre_id": (centre or self.futian).id,
                    "words": "It goes off at 30 percent.",
                    "phone": self.env["serial.activation"]._prepare_phone_vals(number),
                    "email": "lin@example.com",
                    "consent_text": "I agree.",
                    **values,
                },
            )
        )
        return repair_sudo.with_env(self.env)
