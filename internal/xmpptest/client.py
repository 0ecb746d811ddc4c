"""A real XMPP client, slixmpp, driven by the Go test that runs it.

    client.py HOST PORT JID PASSWORD [CA]

With CA, a PEM file, it logs in over STARTTLS and trusts nobody else; without,
in the clear.

Both ways JSON, an object a line. In: {"send": XML} sends the XML as it is,
{"close": true} ends the stream; so does the end of the input. Out:
{"ready": JID} when logged in and available, {"stanza": XML} for each stanza
received from then on, {"closed": REASON} at the end.

slixmpp only logs in and keeps the stream: it answers no stanza by itself, since
the test is to be the client that answers.
"""

import asyncio
import json
import sys
import xml.etree.ElementTree as ET

import slixmpp

NS = "{jabber:client}"
STANZAS = {NS + "iq", NS + "message", NS + "presence"}
STREAM_ERROR = "{http://etherx.jabber.org/streams}error"
LONGEST_LINE = 1 << 28


def tell(**event):
    sys.stdout.write(json.dumps(event) + "\n")
    sys.stdout.flush()


class Client(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        self.available = False
        self.ended = asyncio.get_event_loop().create_future()
        # Loopback without TLS: the password may go over it as it is.
        self["feature_mechanisms"].unencrypted_plain = True
        self.add_filter("in", lambda stanza: None if self.available else stanza)
        self.add_event_handler("session_start", lambda _: self.send_raw("<presence/>"))
        self.add_event_handler("failed_all_auth", lambda _: self.end("login failed"))
        self.add_event_handler("connection_failed", lambda e: self.end("connection failed: %s" % e))
        self.add_event_handler("disconnected", lambda e: self.end(str(e or "closed")))

    def incoming_filter(self, xml):
        """Sees each child of the stream before slixmpp changes anything of it."""
        if xml.tag == STREAM_ERROR:
            self.end("stream error: " + ", ".join(child.tag.split("}")[-1] for child in xml))
        if xml.tag not in STANZAS:
            return xml
        if self.available:
            tell(stanza=ET.tostring(xml, encoding="unicode"))
        elif xml.tag == NS + "presence" and xml.get("from") == self.boundjid.full:
            # The server's copy of our own presence (RFC 6121 section 4.2.2):
            # from now on stanzas to the bare JID reach us.
            self.available = True
            tell(ready=self.boundjid.full)
        return xml

    def end(self, reason):
        if not self.ended.done():
            self.ended.set_result(reason)


async def commands(client):
    lines = asyncio.StreamReader(limit=LONGEST_LINE)
    await asyncio.get_event_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    while line := await lines.readline():
        command = json.loads(line)
        if "send" in command:
            client.send_raw(command["send"])
        else:
            break
    await client.disconnect()


async def main(host, port, jid, password, ca=None):
    client = Client(jid, password)
    if ca:
        client.ca_certs = ca
    client.connect((host, int(port)), disable_starttls=not ca, force_starttls=bool(ca))
    reading = asyncio.ensure_future(commands(client))
    reason = await client.ended
    reading.cancel()
    tell(closed=reason)


asyncio.get_event_loop().run_until_complete(main(*sys.argv[1:]))
