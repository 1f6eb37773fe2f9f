"""Signed messages to other systems, as Standard Webhooks 1.0 has them.

The receiver computes the signature from its copy of the secret, refuses old time
stamps (replays) and takes a message id it has seen before for done.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping

PREFIX = "whsec_"
SECRET_BYTES = 32  # random ones
# Seconds until the next try; the last one holds for all that follow.
DELAYS = (10, 30, 120, 600, 1_800, 3_600)
GONE = 410  # the receiver wants no more


def format_secret(key: bytes) -> str:
    """Return a key as both sides keep it: `whsec_` and the key in base64.

    >>> format_secret(bytes(3))
    'whsec_AAAA'
    """
    return PREFIX + base64.b64encode(key).decode()


def headers(
    message_id: str, timestamp: int, body: bytes, secret: str
) -> Mapping[str, str]:
    """Return the headers of a message.

    :param int timestamp: seconds since 1970 of this try; a repeat has its own

    >>> sign = headers("m1", 1700000000, b"{}", "whsec_AAECAwQFBgcICQoLDA0ODw==")
    >>> sign["webhook-signature"]
    'v1,cr7W763otx0/zOIS19mRiXYKdjjBTTXdwl/7CdprgKk='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b"%s.%d.%s" % (message_id.encode(), timestamp, body)
    digest = hmac.new(key, signed, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }


def delay_after(attempts: int) -> int:
    """Return the seconds to wait after so many failed tries.

    >>> delay_after(1), delay_after(99)
    (10, 3600)
    """
    return DELAYS[min(attempts, len(DELAYS)) - 1]


def is_delivered(status: int | None) -> bool:
    """Tell whether an answer means that the receiver has the message."""
    return status is not None and 200 <= status < 300
