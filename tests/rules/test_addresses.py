"""Email addresses as they are typed: one account for both ways to write one, and no account that nothing reaches."""

import pytest

from procurement.rules.accounts import address, address_fault


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("User@Müller.Example", "user@xn--mller-kva.example"),
        ("user@xn--mller-kva.example", "user@xn--mller-kva.example"),
        ("a@例え.テスト.example", "a@xn--r8jz45g.xn--zckzah.example"),
        ("a@почта.рф", "a@xn--80a1acny.xn--p1ai"),
        (" O'Brien+bids@firm.ie ", "o'brien+bids@firm.ie"),
        ("a@faß.de", "a@xn--fa-hia.de"),
    ],
)
def test_an_address_is_one_account_in_whatever_form_it_is_written(typed: str, kept: str) -> None:
    assert address(typed) == kept
    assert address_fault(typed) is None


@pytest.mark.parametrize(
    "typed",
    [
        "üser@müller.example",
        f"{'a' * 65}@b.com",
        f"a@{'b' * 64}.com",
        f"a@{'b.' * 130}com",
        f"a@{'é' * 60}.com",
        "a@b",
        "a@localhost",
        "a@firm.localhost",
        "a@firm.local",
        "a@firm.invalid",
        "a@1.2.3.4",
        "a@[1.2.3.4]",
        "a@firm.123",
        "a@-firm.com",
        "a@firm-.com",
        "a@fi_rm.com",
        "a@firm..com",
        "a@firm.com.",
        "a@xn--.com",
        "a@xn--a.com",
        "a@☃.com",
        "a..b@firm.com",
        ".a@firm.com",
        "a.@firm.com",
        "a b@firm.com",
        "a@firm.com;b@firm.com",
        "Ada <a@firm.com>",
        "mailto:a@firm.com",
        "a\u200db@firm.com",
    ],
)
def test_what_no_mail_can_be_sent_to_is_refused_at_once(typed: str) -> None:
    assert address_fault(typed) is not None
