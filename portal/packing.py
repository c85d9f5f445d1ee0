"""Gzip for pages that all carry the same stylesheet: it is deflated once, and put between what differs."""

import struct
import zlib

LEVEL = 3
_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"


class Packer:
    """Packs pages; `shared` is what stands in most of them, and is most of what they weigh."""

    def __init__(self, shared: bytes) -> None:
        """Deflate what is shared, so that it can stand in any stream."""
        deflate = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
        self.shared, self.deflated = shared, deflate.compress(shared) + deflate.flush(zlib.Z_FULL_FLUSH)

    def packed(self, page: bytes) -> bytes:
        """The page as a gzip file."""
        before, found, after = page.partition(self.shared)
        deflate = zlib.compressobj(LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        parts = [_HEAD, deflate.compress(before)]
        if found:
            # After a full flush nothing refers to what came before it: the stream goes on after the piece put in.
            parts += [deflate.flush(zlib.Z_FULL_FLUSH), self.deflated, deflate.compress(after)]
        tail = struct.pack("<LL", zlib.crc32(page), len(page) & 0xFFFFFFFF)
        return b"".join([*parts, deflate.flush(), tail])
