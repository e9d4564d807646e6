"""debugpy: a debugger's session over loopback: breakpoint, stack, variables, stepping, evaluation; errors."""

import json
import os
import socket
import subprocess
import sys
import time

from _expect import raises

import debugpy

PROGRAM = """\
def total(values):
    result = 0
    for value in values:
        result += value
    return result

print("total", total([1, 2, 3]))
"""


class Client:
    """The other side of the debug adapter protocol."""

    def __init__(self, port):
        for attempt in range(600):
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=100)
                break
            except ConnectionRefusedError:
                time.sleep(0.1)
        self.file = self.socket.makefile("rb")
        self.number = 0
        self.events = []

    def send(self, command, **arguments):
        self.number += 1
        body = json.dumps({"seq": self.number, "type": "request", "command": command, "arguments": arguments}).encode()
        self.socket.sendall(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        return self.number

    def read(self):
        length = 0
        while (line := self.file.readline().strip()) or not length:
            length = int(line.split(b":")[1])
        return json.loads(self.file.read(length))

    def ask(self, command, **arguments):
        number = self.send(command, **arguments)
        while True:
            message = self.read()
            if message["type"] == "response" and message["request_seq"] == number:
                return message
            self.events.append(message)

    def event(self, name):
        while True:
            for message in self.events:
                if message.get("event") == name:
                    self.events.remove(message)
                    return message["body"] if "body" in message else {}
            self.events.append(self.read())


with open("program.py", "w") as file:
    file.write(PROGRAM)
with socket.create_server(("127.0.0.1", 0)) as free:
    port = free.getsockname()[1]
command = [sys.executable, "-m", "debugpy", "--listen", f"127.0.0.1:{port}", "--wait-for-client", "program.py"]
process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
client = Client(port)
capabilities = client.ask("initialize", clientID="use", adapterID="python", pathFormat="path", linesStartAt1=True)["body"]
assert capabilities["supportsConditionalBreakpoints"]
attach = client.send("attach", justMyCode=False)
client.event("initialized")
path = os.path.realpath("program.py")
points = client.ask("setBreakpoints", source={"path": path}, breakpoints=[{"line": 4, "condition": "value == 2"}])["body"]["breakpoints"]
assert points[0]["verified"] and points[0]["line"] == 4
assert client.ask("configurationDone")["success"]
stopped = client.event("stopped")
assert stopped["reason"] == "breakpoint"
thread = stopped["threadId"]
frames = client.ask("stackTrace", threadId=thread)["body"]["stackFrames"]
assert [(frame["name"], frame["line"]) for frame in frames[:2]] == [("total", 4), ("<module>", 7)]
scopes = client.ask("scopes", frameId=frames[0]["id"])["body"]["scopes"]
variables = client.ask("variables", variablesReference=scopes[0]["variablesReference"])["body"]["variables"]
assert {item["name"]: item["value"] for item in variables} == {"result": "1", "value": "2", "values": "[1, 2, 3]"}
assert client.ask("evaluate", expression="sum(values) * value", frameId=frames[0]["id"], context="watch")["body"]["result"] == "12"
wrong = client.ask("evaluate", expression="nope", frameId=frames[0]["id"], context="watch")
assert not wrong["success"] and "NameError" in wrong["message"]
client.ask("next", threadId=thread)
assert client.event("stopped")["reason"] == "step"
assert client.ask("stackTrace", threadId=thread)["body"]["stackFrames"][0]["line"] == 3
assert client.ask("setVariable", variablesReference=scopes[0]["variablesReference"], name="result", value="100")["success"]
client.ask("continue", threadId=thread)
client.event("terminated")
client.send("disconnect")
out, err = process.communicate(timeout=100)
assert out == "total 103\n" and process.returncode == 0, (out, err)

raises(ValueError, "expected port or (host, port)", debugpy.listen, "no address")
raises(RuntimeError, "listen() or connect() must be called first", debugpy.wait_for_client)
print("ok")
