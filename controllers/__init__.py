from . import api
from . import api_tradein
from . import portal
from . import portal_transfer
from . import portal_keys
from . import portal_case
from . import scan
from . import service
