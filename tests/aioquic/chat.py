"""Two clients made of aioquic and wsproto, as AIO-CHAT's was, in one plaza with somebody over TCP.

Joins, hears and is heard: `chat.py HOST HTTP3_PORT TCP_PORT CERTIFICATE`. Prints what happens; ends with 1 if something else does.
"""

import asyncio
import re
import ssl
import sys

from aioquic.asyncio.client import connect
from aioquic.asyncio.protocol import QuicConnectionProtocol
from aioquic.h3.connection import H3_ALPN, H3Connection
from aioquic.h3.events import DataReceived, HeadersReceived
from aioquic.quic.configuration import QuicConfiguration
from wsproto import Connection, ConnectionType
from wsproto.events import Ping, TextMessage

# How long anything may take on a busy computer, in seconds.
PATIENCE = 30
STAMP = re.compile(r"^\d\d:\d\d:\d\d <> ")


def expect(heard, expected):
    if not STAMP.match(heard) or STAMP.sub("", heard, count=1) != expected:
        raise SystemExit(f"instead of {expected!r}: {heard!r}")
    print(f"heard {heard!r}")


class Client(QuicConnectionProtocol):
    """One WebSocket in one extended CONNECT."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        self.http = None
        self.stream = None
        self.websocket = None
        self.answered = asyncio.get_running_loop().create_future()
        self.texts = asyncio.Queue()
        self.text = ""

    def joins(self, authority):
        """Asks before anything was heard of the server's settings."""
        self.http = H3Connection(self._quic)
        self.stream = self._quic.get_next_available_stream_id()
        self.websocket = Connection(ConnectionType.CLIENT)
        fields = [
            (b":method", b"CONNECT"),
            (b":scheme", b"https"),
            (b":authority", authority.encode()),
            (b":path", b"/ws"),
            (b":protocol", b"websocket"),
            (b"user-agent", b"aioquic"),
            (b"sec-websocket-version", b"13"),
            (b"sec-websocket-protocol", b"chat, superchat"),
        ]
        self.http.send_headers(stream_id=self.stream, headers=fields)
        self.transmit()

    def says(self, text):
        data = self.websocket.send(TextMessage(data=text))
        self.http.send_data(stream_id=self.stream, data=data, end_stream=False)
        self.transmit()

    async def hears(self, expected):
        """What somebody else said comes next, after the time of day."""
        expect(await asyncio.wait_for(self.texts.get(), PATIENCE), expected)

    async def hears_own(self, expected):
        """What was said comes back unchanged; what others said before is of no interest."""
        while (heard := await asyncio.wait_for(self.texts.get(), PATIENCE)) != expected:
            if not STAMP.match(heard):
                raise SystemExit(f"instead of {expected!r}: {heard!r}")
        print(f"heard {heard!r}")

    def quic_event_received(self, event):
        if self.http is None:
            return
        for found in self.http.handle_event(event):
            if isinstance(found, HeadersReceived) and not self.answered.done():
                self.answered.set_result(dict(found.headers))
            if isinstance(found, DataReceived):
                self.websocket.receive_data(found.data)
                for said in self.websocket.events():
                    if isinstance(said, TextMessage):
                        self.text += said.data
                        if said.message_finished:
                            self.texts.put_nowait(self.text)
                            self.text = ""
                    elif isinstance(said, Ping):
                        self.http.send_data(self.stream, self.websocket.send(said.response()), False)
                        self.transmit()


async def joined(client, authority):
    client.joins(authority)
    fields = await asyncio.wait_for(client.answered, PATIENCE)
    if fields.get(b":status") != b"200" or fields.get(b"sec-websocket-protocol") != b"chat":
        raise SystemExit(f"not let in: {fields}")
    print(f"joined: {fields}")


async def main(host, http3_port, tcp_port, certificate):
    configuration = QuicConfiguration(is_client=True, alpn_protocols=H3_ALPN, server_name="localhost")
    configuration.verify_mode = ssl.CERT_REQUIRED
    configuration.load_verify_locations(certificate)
    authority = f"localhost:{http3_port}"
    dial = lambda: connect(host, http3_port, configuration=configuration, create_protocol=Client)
    async with dial() as ana, dial() as bia:
        await joined(ana, authority)
        await joined(bia, authority)
        # Who hears an own line is in the plaza, and misses nothing from there on.
        said = "\x1b[33mana-0a1f3: oi\n\x1b[0m"
        ana.says(said)
        await ana.hears_own(said)
        bia.says("bia-12345: olá, tudo bem?\n")
        await bia.hears_own("bia-12345: olá, tudo bem?\n")
        await ana.hears("bia-12345: olá, tudo bem?\n")
        reader, writer = await asyncio.open_connection(host, tcp_port)
        writer.write("Caio\ne aí?\n".encode())
        await writer.drain()
        for client in (ana, bia):
            await client.hears("Caio: e aí?\n")
        ana.says("ana-0a1f3: tchau\n")
        await bia.hears("ana-0a1f3: tchau\n")
        line = (await asyncio.wait_for(reader.readline(), PATIENCE)).decode()
        expect(line, "ana-0a1f3: tchau\n")
        writer.close()
    print("all well")


if __name__ == "__main__":
    host, http3_port, tcp_port, certificate = sys.argv[1:]
    asyncio.run(main(host, int(http3_port), int(tcp_port), certificate))
