"""The component of bench/load in slixmpp: HOST:PORT DOMAIN SECRET."""

import sys

from slixmpp import ComponentXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath


class Echo(ComponentXMPP):
    def __init__(self, host, port, domain, secret):
        super().__init__(domain, secret, host, port)
        self.register_plugin("xep_0030")
        self.register_plugin("xep_0199")
        self.add_event_handler("message", self.echo)
        self.add_event_handler("disconnected", lambda _: self.loop.stop())

    def echo(self, msg):
        if msg["type"] in ("chat", "normal"):
            msg.reply(msg["body"]).send()


if __name__ == "__main__":
    address, domain, secret = sys.argv[1:]
    host, port = address.rsplit(":", 1)
    echo = Echo(host, int(port), domain, secret)
    echo.connect()
    echo.loop.run_forever()
