from . import api
from . import scan
