"""A video file that Chromium takes for a camera: one picture of a QR code."""

import qrcode
from PIL import Image

SIZE = (640, 480)
SIDE = 400


def film_qr_code(path, text):
    """Write a video (YUV4MPEG2) in which a QR code stands still."""
    code = qrcode.make(text, border=4).get_image().convert("L").resize((SIDE, SIDE))
    picture = Image.new("L", SIZE, 255)
    picture.paste(code, ((SIZE[0] - SIDE) // 2, (SIZE[1] - SIDE) // 2))
    grey = bytes([128]) * (SIZE[0] * SIZE[1] // 2)
    header = f"YUV4MPEG2 W{SIZE[0]} H{SIZE[1]} F10:1 Ip A1:1 C420jpeg\n"
    path.write_bytes(header.encode() + (b"FRAME\n" + picture.tobytes() + grey) * 5)
