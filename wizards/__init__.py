from . import serial_lot_void
