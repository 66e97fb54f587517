"""Settings, read from the environment once."""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

PROJECT_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Config:
    """Where things are and how large they may be; limits that law changes are dated rows in the database instead.

    Sizes are bytes, times are minutes.
    """

    database_url: str
    redis_url: str
    storage_url: str
    mail_url: str
    secret_key: str
    base_url: str
    data_dir: Path
    port: int = 8000
    mail_from: str = ""
    demo: bool = False
    demo_password: str = "thousand-trades"  # noqa: S105  (public: it opens made-up accounts only)
    file_bytes: int = 50 * 1024 * 1024
    bid_bytes: int = 300 * 1024 * 1024
    idle_applicant: int = 60
    idle_staff: int = 30
    session_limit: int = 12 * 60
    trusted_proxies: int = 0
    password_cost: int = 3

    @property
    def secure(self) -> bool:
        """Whether people reach the service by TLS; cookies are then `__Host-` and Secure."""
        return self.base_url.startswith("https://")

    @classmethod
    def from_environment(cls, environ: Mapping[str, str] | None = None) -> "Config":
        """Read the settings; what is not given gets a value that works on one machine."""
        given = os.environ if environ is None else environ
        data_dir = Path(given.get("DATA_DIR") or PROJECT_ROOT / "var").absolute()
        port = int(given.get("PORT") or 8000)
        return cls(
            database_url=given.get("DATABASE_URL") or f"sqlite:///{data_dir / 'procurement.sqlite3'}",
            redis_url=given.get("REDIS_URL") or "",
            storage_url=given.get("STORAGE_URL") or f"file://{data_dir / 'files'}",
            mail_url=given.get("MAIL_URL") or "",
            secret_key=given.get("SECRET_KEY") or _kept_secret(data_dir),
            base_url=(given.get("BASE_URL") or f"http://localhost:{port}").rstrip("/"),
            data_dir=data_dir,
            port=port,
            mail_from=given.get("MAIL_FROM") or "",
            demo=given.get("DEMO", "") == "1",
            demo_password=given.get("DEMO_PASSWORD") or "thousand-trades",
            trusted_proxies=int(given.get("TRUSTED_PROXIES") or 0),
        )


def _kept_secret(data_dir: Path) -> str:
    """A secret of this installation's own, made once, readable by its owner only."""
    path = data_dir / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        data_dir.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(f".{os.getpid()}")
        part.touch(mode=0o600)
        part.write_text(secrets.token_hex(32))
        try:
            os.link(part, path)  # the first of several processes wins; the others read what it wrote
        except FileExistsError:
            pass
        finally:
            part.unlink()
        return path.read_text()
