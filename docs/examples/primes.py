# What a model, a student or a contestant might hand in: it works, looks around, and tries what it should not.
import os
import socket

primes = [n for n in range(2, 10_000) if all(n % d for d in range(2, int(n**0.5) + 1))]
print(f"{len(primes)} primes below 10000")
print("user", os.getuid(), "in", os.getcwd(), "with", sorted(os.listdir("/")))

try:
    socket.create_connection(("127.0.0.1", 80), timeout=1)
except OSError as error:
    print("network:", error)

try:
    open("/usr/bin/python3", "ab")
except OSError as error:
    print("write to the system:", error)
