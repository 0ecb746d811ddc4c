// A real XMPP client, @xmpp/client, driven by the Go test that runs it, as
// client.py beside it is:
//
//     client.mjs HOST PORT JID PASSWORD [CA]
//
// It encrypts where the server offers that, and trusts whom NODE_EXTRA_CA_CERTS
// names; so what CA says is in the environment already. What goes in and out is
// what client.py says.
//
// Unlike slixmpp there it answers iqs that ask it for something, with
// service-unavailable.

import { webcrypto } from "node:crypto";
import { createInterface } from "node:readline";

import { client, xml } from "@xmpp/client";

globalThis.crypto ??= webcrypto; // which node has by itself since version 19

const [host, port, address, password] = process.argv.slice(2);
const [bare, resource] = address.split("/");
const [username, domain] = bare.split("@");

const tell = (event) => process.stdout.write(JSON.stringify(event) + "\n");

const xmpp = client({ service: `xmpp://${host}:${port}`, domain, username, password, resource, timeout: 60_000 });
xmpp.reconnect.stop();

let available = false;
let reason = "closed";
let own;

xmpp.on("error", (error) => {
  reason = error.name === "StreamError" ? `stream error: ${error.condition}` : error.message;
});
xmpp.on("stanza", (stanza) => {
  if (available) {
    stanza.attrs.xmlns = "jabber:client"; // which the stream says for all
    tell({ stanza: stanza.toString() });
  } else if (stanza.is("presence") && stanza.attrs.from === own) {
    // From now on stanzas to the bare JID reach us.
    available = true;
    tell({ ready: own });
  }
});
xmpp.on("online", (jid) => {
  own = jid.toString();
  xmpp.send(xml("presence"));
});
xmpp.on("disconnect", () => {
  tell({ closed: reason });
  process.exit();
});

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const command = JSON.parse(line);
    if (command.send === undefined) xmpp.stop();
    else xmpp.write(command.send);
  })
  .on("close", () => xmpp.stop());

xmpp.start().catch((error) => {
  tell({ closed: error.message });
  process.exit();
});
