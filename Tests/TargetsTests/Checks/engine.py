"""Makes, starts and removes a container from a create body, over the Engine API: engine.py SOCKET BODY IMAGE COMMAND...

Prints one JSON document with the exit code and what the engine says it did. Warnings of the engine are faults.
"""

import http.client
import json
import pathlib
import socket
import sys


class Engine(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("engine")
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)

    def call(self, method, path, body=None):
        headers = {"Content-Type": "application/json"} if body is not None else {}
        self.request(method, "/v1.41" + path, json.dumps(body) if body is not None else None, headers)
        response = self.getresponse()
        text = response.read()
        if response.status >= 400:
            sys.exit(f"{method} {path}: {response.status} {text.decode()}")
        return json.loads(text) if text else None


def main(path, body, image, *command):
    engine = Engine(path)
    request = json.loads(pathlib.Path(body).read_text())
    request["Image"] = image
    request["Cmd"] = list(command)
    # Nobody is attached, so a program that reads has to find the end of its input.
    request["OpenStdin"] = False
    made = engine.call("POST", "/containers/create", request)
    if made["Warnings"]:
        engine.call("DELETE", f"/containers/{made['Id']}?force=1")
        sys.exit(f"the engine warns: {made['Warnings']}")
    try:
        engine.call("POST", f"/containers/{made['Id']}/start")
        code = engine.call("POST", f"/containers/{made['Id']}/wait")["StatusCode"]
        inspected = engine.call("GET", f"/containers/{made['Id']}/json")
    finally:
        engine.call("DELETE", f"/containers/{made['Id']}?force=1")
    # The profile is pages long and is compared elsewhere.
    host = inspected["HostConfig"]
    host["SecurityOpt"] = [option.split("=")[0] for option in host["SecurityOpt"] or []]
    print(json.dumps({"code": code, "state": inspected["State"], "host": host, "config": inspected["Config"]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
