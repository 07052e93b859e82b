"""An embedded media server that answers over real HTTP as Seerr, Jellyseerr or Overseerr does, quirks included.

It knows nothing of listsync, so that it cannot share a mistake with listsync's client. State lives in memory.
"""

from .calls import Call, CallLog
from .catalogue import Catalogue, Title
from .faults import KINDS, Fault, FaultKind, FaultPlan
from .people import People
from .permissions import Permission
from .products import PRODUCTS
from .rows import MediaStatus, RequestStatus
from .server import DemoServer, serve

__all__ = [
    "KINDS",
    "PRODUCTS",
    "Call",
    "CallLog",
    "Catalogue",
    "DemoServer",
    "Fault",
    "FaultKind",
    "FaultPlan",
    "MediaStatus",
    "People",
    "Permission",
    "RequestStatus",
    "Title",
    "serve",
]
