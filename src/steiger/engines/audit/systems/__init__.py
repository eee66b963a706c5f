"""The system under test: a file, an address, or only its predictions."""

from steiger.engines.audit.systems.dense import DenseNet
from steiger.engines.audit.systems.opening import KINDS, ModelFile, is_walled, open_system
from steiger.engines.audit.systems.remote import RemoteSystem

__all__ = ["KINDS", "DenseNet", "ModelFile", "RemoteSystem", "is_walled", "open_system"]
