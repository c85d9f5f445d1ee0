"""The keys of backups, for the age format: an identity for each of the portal's secrets, made from it."""

import pyrage

from portal import vault

_LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_PREFIX = "age-secret-key-"
_STEPS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def identities() -> list[pyrage.x25519.Identity]:
    """What opens backups, for each secret of the vault, newest first."""
    keys = (vault.key_for("backup", at) for at in range(len(vault.fingerprints())))
    return [pyrage.x25519.Identity.from_str(_bech32(_PREFIX, key).upper()) for key in keys]


def recipient(key: str) -> pyrage.x25519.Recipient:
    """A public key as people write it, age1…; raises ValueError."""
    try:
        return pyrage.x25519.Recipient.from_str(key.strip())
    except pyrage.RecipientError:
        raise ValueError(key) from None


def _bech32(prefix: str, content: bytes) -> str:
    """The way in which age writes its keys down (BIP 173)."""
    bits = "".join(f"{byte:08b}" for byte in content)
    fives = [int(bits[at : at + 5].ljust(5, "0"), 2) for at in range(0, len(bits), 5)]
    spread = [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]
    rest = _remainder(spread + fives + [0] * 6) ^ 1
    check = [rest >> 5 * (5 - at) & 31 for at in range(6)]
    return f"{prefix}1{''.join(_LETTERS[five] for five in fives + check)}"


def _remainder(fives: list[int]) -> int:
    rest = 1
    for five in fives:
        top = rest >> 25
        rest = (rest & 0x1FFFFFF) << 5 ^ five
        for at, step in enumerate(_STEPS):
            rest ^= step if top >> at & 1 else 0
    return rest
