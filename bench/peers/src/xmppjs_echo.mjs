// The component of bench/load in xmpp.js: HOST:PORT DOMAIN SECRET.

import { component, xml } from "@xmpp/component";

const [address, domain, password] = process.argv.slice(2);
const xmpp = component({ service: `xmpp://${address}`, domain, password });
const disco = "http://jabber.org/protocol/disco#info";

xmpp.on("error", (err) => console.error(err.message));
xmpp.iqCallee.get("urn:xmpp:ping", "ping", () => true);
xmpp.iqCallee.get(disco, "query", () =>
  xml(
    "query",
    { xmlns: disco },
    xml("identity", { category: "component", type: "generic", name: "echo" }),
    xml("feature", { var: disco }),
    xml("feature", { var: "urn:xmpp:ping" }),
  ),
);
xmpp.on("stanza", async (stanza) => {
  if (!stanza.is("message") || stanza.attrs.type === "error") return;
  const { from, to, type } = stanza.attrs;
  await xmpp.send(xml("message", { type, from: to, to: from }, xml("body", {}, stanza.getChildText("body"))));
});
xmpp.reconnect.stop();
await xmpp.start();
