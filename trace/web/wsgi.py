"""What the server imports: the application of the data directory named by YIPIN_DATA."""

from ..config import Settings
from . import create_app

app = create_app(Settings.load())
