from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# What the packing screen says, by the codes of `core.aggregation` and of its steps.
TEXTS = {
    # done
    "opened_carton": _lt("Scan the units that go into this carton."),
    "opened_pallet": _lt("Cartons go onto this pallet from now on."),
    "packed_already": _lt("This carton is packed."),
    "taken_out": _lt("Taken out again."),
    "taken_off": _lt("Taken off the pallet."),
    "unpacked": _lt("Unpacked: its units lie loose again."),
    "closed_carton": _lt("The carton is closed."),
    "closed_pallet": _lt("The pallet is closed."),
    "stacked": _lt("The carton is on the pallet."),
    # refused
    "unknown": _lt("Nothing is known by this number."),
    "ambiguous": _lt("Several units have this number: scan the code instead."),
    "ended": _lt("The unit is out of use."),
    "blocked": _lt("The unit is blocked."),
    "not_in_stock": _lt("It is not in stock here."),
    "in_this_carton": _lt("It is in this carton already."),
    "in_other_carton": _lt("It is in another carton: %(package)s."),
    "carton_full": _lt("The carton is full: close it first."),
    "pallet_full": _lt("The pallet is full: close it first."),
    "not_mixed": _lt("Another product: this carton holds one product only."),
    "other_place": _lt("It lies in another place than the rest."),
    "other_owner": _lt("It belongs to another owner than the rest."),
    "itself": _lt("A package cannot hold itself."),
    "on_this_pallet": _lt("It is on this pallet already."),
    "on_other_pallet": _lt("It is on another pallet: %(package)s."),
    "pallet_on_pallet": _lt("A pallet does not go onto a pallet."),
    "still_open": _lt("The carton is open still: close it first."),
    "empty": _lt("It is empty."),
    "open_already": _lt("It is in hand already."),
    "close_first": _lt("Close the one in hand first."),
}
