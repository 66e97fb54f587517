"""What gunicorn serves: `gunicorn wsgi:app`."""

from procurement import wiring
from procurement.adapters import logs
from procurement.app import create_app
from procurement.config import Config
from procurement.jobs import heartbeat

logs.configure()
config = Config.from_environment()
ports = wiring.build(config)
wiring.require_ready(config, ports)
app = create_app(config, ports)
heartbeat.start(ports)
