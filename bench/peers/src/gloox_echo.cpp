// The component of bench/load in gloox: HOST:PORT DOMAIN SECRET.
//
//	c++ -O2 -o gloox_echo gloox_echo.cpp -lgloox

#include <gloox/component.h>
#include <gloox/connectionlistener.h>
#include <gloox/disco.h>
#include <gloox/message.h>
#include <gloox/messagehandler.h>

#include <cstdlib>
#include <iostream>
#include <string>

using namespace gloox;

class Echo : public MessageHandler, public ConnectionListener {
public:
	Echo(const std::string &host, int port, const std::string &domain, const std::string &secret)
		: component_("jabber:component:accept", host, domain, secret, port) {
		component_.registerMessageHandler(this);
		component_.registerConnectionListener(this);
		component_.disco()->setIdentity("component", "generic", "echo");
	}

	void run() { component_.connect(true); }

	void handleMessage(const Message &msg, MessageSession *) override {
		if (msg.subtype() == Message::Error || msg.body().empty()) return;
		Message answer(msg.subtype(), msg.from(), msg.body());
		answer.setFrom(msg.to());
		component_.send(answer);
	}

	void onConnect() override {}
	void onDisconnect(ConnectionError) override {}
	bool onTLSConnect(const CertInfo &) override { return true; }

private:
	Component component_;
};

int main(int argc, char **argv) {
	if (argc != 4) {
		std::cerr << "usage: gloox_echo HOST:PORT DOMAIN SECRET\n";
		return 64;
	}
	const std::string address = argv[1];
	const auto colon = address.rfind(':');
	Echo(address.substr(0, colon), std::atoi(address.c_str() + colon + 1), argv[2], argv[3]).run();
}
