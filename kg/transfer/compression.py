"""Lines through Zstandard: fast enough that the disk, not the processor, sets the pace."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

_LEVEL = 3
_BLOCK = 1 << 18
LONGEST = 1 << 26
"""Bytes of one line; a node's properties are far shorter."""


@contextmanager
def compressed(put: Callable[[bytes], object]) -> Iterator[Callable[[bytes], None]]:
    """Give a function that takes lines; what they become goes to `put`."""
    level = zstd.CompressionParameter.compression_level
    packer = zstd.ZstdCompressor(options={level: _LEVEL})
    waiting = bytearray()

    def take(line: bytes) -> None:
        waiting.extend(line)
        if len(waiting) >= _BLOCK:
            put(packer.compress(bytes(waiting)))
            waiting.clear()

    yield take
    put(packer.compress(bytes(waiting)))
    put(packer.flush())


def lines(
    read: Callable[[int], bytes], length: int, advance: Callable[[int], object] = lambda _: None
) -> Iterator[bytes]:
    """Yield the lines, with their ends, of the `length` bytes that `read` gives, so many at a time.

    `advance` counts bytes read.

    Raises:
        ValueError: it is not one whole compressed stream of lines, or a line is over LONGEST.
    """
    unpacker = zstd.ZstdDecompressor()
    rest, left = b"", length
    try:
        while not unpacker.eof:
            data = b""
            if unpacker.needs_input:
                data = read(min(_BLOCK, left))
                if not data:
                    raise ValueError("cut off")
                left -= len(data)
                advance(length - left)
            # bounded, so that a small file cannot fill the memory
            *whole, rest = (rest + unpacker.decompress(data, _BLOCK)).split(b"\n")
            yield from (line + b"\n" for line in whole)
            if len(rest) > LONGEST:
                raise ValueError("a line without end")
    except zstd.ZstdError as error:
        raise ValueError("not compressed") from error
    if rest or left or unpacker.unused_data:
        raise ValueError("something after the end")
