"""The world: the service in which a city publishes challenges and funding, and firms answer."""
