"""Tries what gets around filters that compare more, or less, than the kernel looks at. Runs inside a sandbox.

Its arguments are the numbers of the allowed socket families; `no-i386` leaves out the calls of 32-bit programs. It prints
a line for each call that ends otherwise than with the denial that the policy asks for, and last how many were made."""
import ctypes, errno, mmap, os, signal, sys

libc = ctypes.CDLL(None, use_errno=True)
libc.syscall.restype = ctypes.c_long
allowed = {int(word) for word in sys.argv[1:] if word.isdigit()}
made = 0


def call(number, *arguments):
    global made
    made += 1
    ctypes.set_errno(0)
    result = libc.syscall(ctypes.c_ulong(number), *[ctypes.c_ulong(argument) for argument in arguments])
    return -ctypes.get_errno() if result < 0 else result


def report(what, result):
    print(what, errno.errorcode.get(-result, result) if result < 0 else result)


# The kernel takes a family for an `int`: what is in the upper half of the register makes no difference to it.
socket, socketpair = 41, 53
pair = (ctypes.c_int * 2)()
for upper in (0, 1 << 32, 1 << 40, 0x7FFFFFFF << 32, 0xFFFFFFFF << 32):
    for family in list(range(47)) + [0x7FFFFFFF, 0x80000000, 0xFFFFFFFF]:
        for kind in (1, 2, 5):
            results = [call(socket, upper | family, kind, 0)]
            if results[0] >= 0:
                os.close(results[0])
            results.append(call(socketpair, upper | family, kind, 0, ctypes.addressof(pair)))
            if results[1] >= 0:
                os.close(pair[0]), os.close(pair[1])
            for name, result in zip(("socket", "socketpair"), results):
                if (result == -errno.EPERM) == (family in allowed):
                    report(f"{name}({upper | family:#x}, {kind})", result)

# Flags and options beside others, in either half.
for name, arguments in {
    "unshare": (272, 0x10000000), "unshare wide": (272, 1 << 40 | 0x10000000), "clone": (56, 0x10000000 | 17),
    "clone wide": (56, 1 << 40 | 0x10000000 | 17), "setns": (308, 0, 0), "keyctl": (250, 0),
    "keyctl wide": (250, 1 << 40), "bpf": (321, 0), "io_uring_setup": (425, 1, 0), "mount": (165, 0, 0, 0, 0, 0),
}.items():
    result = call(*arguments)
    if result == 0 and name.startswith("clone"):
        os._exit(0)
    if result != -errno.EPERM:
        report(name, result)


def foreign(what, body):
    """Calls of other ABIs end the process, or fail; they are made in one of their own."""
    global made
    made += 1
    child = os.fork()
    if child == 0:
        result = body()
        os._exit(1 if result >= 0 else 0 if -result in (errno.EPERM, errno.ENOSYS) else 2)
    _, status = os.waitpid(child, 0)
    ended = os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGSYS, signal.SIGSEGV)
    if not ended and status != 0:
        print(what, status)


for family in (40, 38, 1 << 32 | 40):
    foreign(f"x32 socket({family:#x})", lambda: call(0x40000000 | socket, family, 5, 0))


def interrupt80(number, *arguments):
    code = b"\x53\xb8" + number.to_bytes(4, "little")
    for register, value in zip((b"\xbb", b"\xb9", b"\xba"), arguments):
        code += register + value.to_bytes(4, "little")
    memory = mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    memory.write(code + b"\xcd\x80\x5b\xc3")
    address = ctypes.addressof(ctypes.c_char.from_buffer(memory))
    return ctypes.CFUNCTYPE(ctypes.c_int)(address)()


if "no-i386" not in sys.argv:
    foreign("i386 socket(40)", lambda: interrupt80(359, 40, 5, 0))
    foreign("i386 socketcall", lambda: interrupt80(102, 1, 0, 0))
    foreign("i386 getpid", lambda: interrupt80(20, 0, 0, 0))
print("made", made)
