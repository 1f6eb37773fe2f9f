from odoo import Command

from .common import SerialCase

PERSON = "11010519491231002X"
OTHER_PERSON = "+86 138 0013 8000"


class ProgramCase(SerialCase):
    """A programme that takes the brand's phones in: 2,000 when new, less with age.

    Fifteen percent on a new phone of up to 6,000, at most 500; one a person.
    """

    @classmethod
    def _create_program(cls, **values):
        cls.currency = cls.env.ref("base.CNY")
        cls.currency.active = True
        program = cls.env["serial.tradein.program"].create(
            {**cls._prepare_program(), **values}
        )
        program.value_ids = [
            Command.create(
                {
                    "class_id": program.class_ids.id,
                    "product_tmpl_id": cls.product.product_tmpl_id.id,
                    "amount": 2000,
                    "floor": 100,
                }
            )
        ]
        return program

    @classmethod
    def _prepare_program(cls):
        return {
            "name": "Old for new",
            "date_from": "2026-01-01",
            "date_to": "2026-12-31",
            "currency_id": cls.currency.id,
            "purchase_price": 2999,
            "class_ids": [Command.create(cls._prepare_class())],
            "curve_ids": [
                Command.create({"age_months": 6, "percent": 80}),
                Command.create({"age_months": 12, "percent": 60}),
            ],
            "question_ids": [
                cls._prepare_question("power", ("yes", 100, False), ("no", 0, True)),
                cls._prepare_question(
                    "screen", ("whole", 100, False), ("cracked", 55, False)
                ),
            ],
        }

    @classmethod
    def _prepare_class(cls, **values):
        return {
            "name": "Phones",
            "code": "phone",
            "subsidy_percent": 15,
            "subsidy_cap": 500,
            "price_ceiling": 6000,
            **values,
        }

    @classmethod
    def _prepare_question(cls, code, *answers):
        return Command.create(
            {
                "name": code.capitalize(),
                "code": code,
                "answer_ids": [
                    Command.create(
                        {
                            "name": answer.capitalize(),
                            "code": answer,
                            "percent": percent,
                            "is_refused": is_refused,
                        }
                    )
                    for answer, percent, is_refused in answers
                ],
            }
        )

    @classmethod
    def _activate(cls, lots):
        """Activate units through the API; return them."""
        cls.env["serial.activation"]._activate(
            [{"code": lot.scan_code} for lot in lots], "api"
        )
        return lots


class TradeinCase(ProgramCase):
    """The programme, and a unit that its consumer uses."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.phones = cls.program.class_ids
        cls.lot = cls._activate(cls.ship())

    @classmethod
    def quote(cls, lot=None, answers=None, **values):
        """Return the quote of a unit, made as the public page makes it."""
        model = cls.env["serial.tradein"].with_user(cls.env.ref("base.public_user"))
        lot = lot or cls.lot
        return model._get_quote(lot.with_user(model.env.user), answers, **values)

    @classmethod
    def accept(cls, quote=None, person=PERSON, **values):
        """Return what accepting a quote comes to, as the public page does it."""
        model = cls.env["serial.tradein"].with_user(cls.env.ref("base.public_user"))
        return model._accept(quote or cls.quote()["quote"], person, **values)
