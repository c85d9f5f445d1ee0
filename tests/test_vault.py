import pytest

from portal import vault

NEW, OLD = "new-0123456789-abcdefghij-klmnopqrst", "old-0123456789-abcdefghij-klmnopqrst"
PLACE = "sheet:a1b2c3:sealed"


@pytest.fixture(autouse=True)
def one_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "_rings", ())
    vault.setup(OLD)


def test_what_is_sealed_opens_at_its_place() -> None:
    sealed = vault.seal("杨小梅".encode(), PLACE)
    assert vault.unseal(sealed, PLACE).decode() == "杨小梅"


def test_nothing_of_the_content_can_be_read_in_the_sealed_bytes() -> None:
    assert "杨小梅".encode() not in vault.seal("杨小梅".encode(), PLACE)


def test_sealing_twice_gives_different_bytes() -> None:
    assert vault.seal(b"1", PLACE) != vault.seal(b"1", PLACE)


def test_what_is_sealed_for_one_row_does_not_open_in_another() -> None:
    with pytest.raises(vault.Unsealable):
        vault.unseal(vault.seal(b"1", PLACE), "sheet:other:sealed")


@pytest.mark.parametrize("at", range(30))
def test_one_changed_byte_anywhere_is_noticed(at: int) -> None:
    sealed = bytearray(vault.seal(b"1", PLACE))
    assert len(sealed) == 30
    sealed[at] ^= 1
    with pytest.raises(vault.Unsealable):
        vault.unseal(bytes(sealed), PLACE)


@pytest.mark.parametrize("length", [0, 1, 5, 13, 20])
def test_what_was_cut_off_is_refused(length: int) -> None:
    with pytest.raises(vault.Unsealable):
        vault.unseal(vault.seal(b"1", PLACE)[:length], PLACE)


def test_a_new_secret_seals_and_the_old_one_still_opens() -> None:
    before = vault.seal(b"1", PLACE)
    vault.setup(f"{NEW}, {OLD}")
    after = vault.seal(b"1", PLACE)
    assert (vault.unseal(before, PLACE), vault.unseal(after, PLACE)) == (b"1", b"1")


def test_without_the_old_secret_nothing_of_it_opens() -> None:
    before = vault.seal(b"1", PLACE)
    vault.setup(NEW)
    with pytest.raises(vault.Unsealable):
        vault.unseal(before, PLACE)


def test_the_order_of_the_secrets_does_not_matter_for_opening() -> None:
    before = vault.seal(b"1", PLACE)
    vault.setup(f"{OLD},{NEW}")
    assert vault.unseal(before, PLACE) == b"1"


def test_a_look_up_is_the_same_every_time_and_tells_nothing() -> None:
    found = vault.look_up("phone", "13800138000")
    assert found == vault.look_up("phone", b"13800138000")
    assert len(bytes.fromhex(found)) == 16
    assert vault.look_up("credit_code", "13800138000") != found


def test_older_look_ups_come_after_the_newest() -> None:
    old = vault.look_up("phone", "13800138000")
    vault.setup(f"{NEW},{OLD}")
    assert vault.look_ups("phone", "13800138000") == (vault.look_up("phone", "13800138000"), old)


def test_each_purpose_and_each_secret_has_a_key_of_its_own() -> None:
    vault.setup(f"{NEW},{OLD}")
    keys = [vault.key_for(purpose, which) for purpose in ("cookies", "database", "sealing") for which in (0, 1)]
    assert len(set(keys)) == 6
    assert {len(key) for key in keys} == {32}
    vault.setup(OLD)
    assert vault.key_for("cookies") == keys[1]


def test_the_database_may_have_the_key_of_any_secret_the_newest_first() -> None:
    made = vault.database_keys()
    vault.setup(f"{NEW},{OLD}")
    assert vault.database_keys() == (vault.key_for("database"), *made)


@pytest.mark.parametrize("secret", ["", "short", "a" * 64, "ab" * 32, f"{NEW},", f"{NEW},short"])
def test_a_weak_secret_is_refused(secret: str) -> None:
    with pytest.raises(vault.WeakSecret):
        vault.setup(secret)


def test_a_weak_secret_leaves_the_one_in_force() -> None:
    sealed = vault.seal(b"1", PLACE)
    with pytest.raises(vault.WeakSecret):
        vault.setup("short")
    assert vault.unseal(sealed, PLACE) == b"1"


def test_a_vault_without_a_secret_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vault, "_rings", ())
    with pytest.raises(vault.NotSetUp):
        vault.seal(b"1", PLACE)


def test_no_key_is_shown_when_the_vault_is_printed() -> None:
    assert "0123456789" not in repr(vault._rings)
