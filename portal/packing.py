"""Gzip for pages that carry the same stylesheets, and for the script: each is deflated once, what differs around it."""

import struct
import zlib

LEVEL = 3
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class Packer:
    """Packs pages; of what is `shared` the first that stands in a page is most of what it weighs."""

    def __init__(self, *shared: bytes) -> None:
        """Deflate what is shared, so that it can stand in any stream."""
        self.shared = [(each, _deflated(each)) for each in shared]

    def packed(self, page: bytes) -> bytes:
        """The page as a gzip file."""
        deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        parts, rest = [_HEAD], page
        shared, deflated = next((each for each in self.shared if each[0] in page), (b"", b""))
        if shared:
            before, _, rest = page.partition(shared)
            # After a full flush nothing refers to what came before it: the stream goes on after the piece put in.
            parts += [deflate.compress(before), deflate.flush(zlib.Z_FULL_FLUSH)] if before else []
            parts.append(deflated)
        tail = struct.pack("<LL", zlib.crc32(page), len(page) & 0xFFFFFFFF)
        return b"".join([*parts, deflate.compress(rest), deflate.flush(), tail])


def _deflated(piece: bytes) -> bytes:
    deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return deflate.compress(piece) + deflate.flush(zlib.Z_FULL_FLUSH)
