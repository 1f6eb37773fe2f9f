from . import serial_lot_wizard_mixin
from . import serial_lot_void
from . import serial_channel_transfer_enter
from . import serial_channel_transfer_settle
from . import serial_api_key_generate
from . import serial_api_key_lift
from . import serial_lot_rebind
from . import serial_lot_reinstate
