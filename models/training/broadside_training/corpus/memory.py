"""Keep freed memory: pictures are a megabyte each, and giving them back to the system after every step costs more than the arithmetic."""
import ctypes


def keep_freed_memory() -> None:
    """Tell glibc not to map and unmap large blocks; does nothing where there is no glibc."""
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return
    trim_threshold, top_pad, mmap_threshold = -1, -2, -3
    mallopt(trim_threshold, 2**31 - 1)
    mallopt(top_pad, 64 << 20)
    mallopt(mmap_threshold, 1 << 30)
