"""The system's libseccomp, driven as runc drives it, and filters in the kernel."""

import ctypes
import os
import struct
import tempfile

ALLOW = 0x7FFF0000
KILL_THREAD, KILL_PROCESS = 0, 0x80000000
COMPARISONS = {"NE": 1, "LT": 2, "LE": 3, "EQ": 4, "GE": 5, "GT": 6, "MASKED_EQ": 7}
# SCMP_ARCH_
ARCHITECTURES = {"x86_64": 0xC000003E, "x86": 0x40000003, "x32": 0x4000003E}
BAD_ARCHITECTURE, OPTIMIZE = 2, 8


def errno_action(number):
    return 0x00050000 | number


class Comparison(ctypes.Structure):
    """struct scmp_arg_cmp"""

    _fields_ = [("arg", ctypes.c_uint), ("op", ctypes.c_int), ("a", ctypes.c_uint64), ("b", ctypes.c_uint64)]


class Version(ctypes.Structure):
    _fields_ = [("major", ctypes.c_uint), ("minor", ctypes.c_uint), ("micro", ctypes.c_uint)]


_library = ctypes.CDLL("libseccomp.so.2", use_errno=True)
_library.seccomp_init.restype = ctypes.c_void_p
_library.seccomp_init.argtypes = [ctypes.c_uint32]
_library.seccomp_release.argtypes = [ctypes.c_void_p]
_library.seccomp_arch_add.argtypes = [ctypes.c_void_p, ctypes.c_uint32]
_library.seccomp_attr_set.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_uint32]
_library.seccomp_export_bpf.argtypes = [ctypes.c_void_p, ctypes.c_int]
_library.seccomp_rule_add_array.argtypes = [
    ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int, ctypes.c_uint, ctypes.POINTER(Comparison),
]
_library.seccomp_version.restype = ctypes.POINTER(Version)
UNKNOWN = -1


def version():
    found = _library.seccomp_version().contents
    return f"{found.major}.{found.minor}.{found.micro}"


def number(name):
    """Of this machine's ABI; UNKNOWN for a name that this libseccomp does not have, another negative number for a call
    of other ABIs only."""
    return _library.seccomp_syscall_resolve_name(name.encode())


def compile_filter(rules, default, architectures=("x86_64",), is_tree=False, bad_architecture=KILL_THREAD):
    """The program for rules (name, action, [(index, comparison, value[, second])]), as bytes."""
    context = _library.seccomp_init(default)
    assert context
    try:
        for name in architectures[1:]:
            _check(_library.seccomp_arch_add(context, ARCHITECTURES[name]))
        if is_tree:
            _check(_library.seccomp_attr_set(context, OPTIMIZE, 2))
        _check(_library.seccomp_attr_set(context, BAD_ARCHITECTURE, bad_architecture))
        for name, action, arguments in rules:
            if number(name) == UNKNOWN or action == default:
                continue
            array = (Comparison * max(1, len(arguments)))(
                *[Comparison(index, COMPARISONS[op], *values, *[0] * (2 - len(values)))
                  for index, op, *values in arguments]
            )
            _check(_library.seccomp_rule_add_array(context, action, number(name), len(arguments), array))
        with tempfile.TemporaryFile() as file:
            _check(_library.seccomp_export_bpf(context, file.fileno()))
            file.seek(0)
            return file.read()
    finally:
        _library.seccomp_release(context)


def _check(code):
    if code != 0:
        raise OSError(-code, "libseccomp: " + os.strerror(-code))


def run_under(program, call_number, arguments):
    """What a call returns to a process under a filter, or minus its error; None if the process was ended."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.syscall.restype = ctypes.c_long
    buffer = ctypes.create_string_buffer(program, len(program))
    descriptor = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(buffer)))
    words = [ctypes.c_ulong(word) for word in [call_number, *arguments]]
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, descriptor, 0, 0):
            os._exit(1)
        result = libc.syscall(*words)
        os.write(send, struct.pack("q", result if result >= 0 else -ctypes.get_errno()))
        os._exit(0)
    os.close(send)
    with os.fdopen(receive, "rb") as pipe:
        answer = pipe.read()
    os.waitpid(child, 0)
    return struct.unpack("q", answer)[0] if answer else None
