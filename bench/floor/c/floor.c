/* A responder that parses nothing: the floor below any component that does.
 *
 *   cc -O2 -o floor floor.c && floor HOST:PORT DOMAIN SECRET
 *
 * It shakes hands, and then looks in what it reads for the ends of stanzas: of
 * an iq it sends the result, of a message the message back, by copying bytes
 * between quotes. It trusts the load generator to write attributes as it does.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* SHA-1 (FIPS 180-4), of a message shorter than 120 bytes. */
static void sha1_hex(const char *text, char out[41]) {
	uint32_t h[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
	unsigned char block[128] = {0};
	size_t n = strlen(text), blocks = n < 56 ? 1 : 2;
	memcpy(block, text, n);
	block[n] = 0x80;
	block[blocks * 64 - 2] = (unsigned char)(n * 8 >> 8);
	block[blocks * 64 - 1] = (unsigned char)(n * 8);
	for (size_t b = 0; b < blocks; b++) {
		uint32_t w[80], v[5];
		for (int i = 0; i < 16; i++) {
			const unsigned char *p = block + 64 * b + 4 * i;
			w[i] = (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3];
		}
		for (int i = 16; i < 80; i++) {
			uint32_t x = w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16];
			w[i] = x << 1 | x >> 31;
		}
		memcpy(v, h, sizeof v);
		for (int i = 0; i < 80; i++) {
			uint32_t f, k;
			if (i < 20) f = (v[1] & v[2]) | (~v[1] & v[3]), k = 0x5a827999;
			else if (i < 40) f = v[1] ^ v[2] ^ v[3], k = 0x6ed9eba1;
			else if (i < 60) f = (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]), k = 0x8f1bbcdc;
			else f = v[1] ^ v[2] ^ v[3], k = 0xca62c1d6;
			uint32_t t = (v[0] << 5 | v[0] >> 27) + f + v[4] + k + w[i];
			v[4] = v[3], v[3] = v[2], v[2] = v[1] << 30 | v[1] >> 2, v[1] = v[0], v[0] = t;
		}
		for (int i = 0; i < 5; i++) h[i] += v[i];
	}
	for (int i = 0; i < 5; i++) sprintf(out + 8 * i, "%08x", h[i]);
}

static int sock;

static void die(const char *why) {
	perror(why);
	exit(1);
}

static void send_all(const char *b, size_t n) {
	while (n > 0) {
		ssize_t w = write(sock, b, n);
		if (w <= 0) die("write");
		b += w, n -= (size_t)w;
	}
}

/* value finds key='…' in a tag and returns where the value begins and its length. */
static const char *value(const char *tag, size_t n, const char *key, size_t *length) {
	const char *p = memmem(tag, n, key, strlen(key));
	if (!p) return NULL;
	p += strlen(key);
	const char *end = memchr(p, '\'', n - (size_t)(p - tag));
	if (!end) return NULL;
	*length = (size_t)(end - p);
	return p;
}

static char in[1 << 20], out[1 << 21];
static size_t out_n;

static void put(const char *b, size_t n) { memcpy(out + out_n, b, n), out_n += n; }
#define PUT(s) put(s, sizeof s - 1)

/* answer answers a stanza of n bytes. */
static void answer(const char *s, size_t n) {
	const char *tag_end = memchr(s, '>', n);
	size_t tag_n = (size_t)(tag_end - s) + 1, id_n = 0, from_n = 0, to_n = 0;
	const char *id = value(s, tag_n, " id='", &id_n), *from = value(s, tag_n, " from='", &from_n), *to = value(s, tag_n, " to='", &to_n);
	if (!from || !to || s[1] == 'p') return;
	if (s[1] == 'i') {
		PUT("<iq type='result' id='");
		put(id, id_n);
	} else
		PUT("<message type='chat");
	PUT("' from='");
	put(to, to_n);
	PUT("' to='");
	put(from, from_n);
	if (s[1] == 'i')
		PUT("'/>");
	else {
		PUT("'");
		put(tag_end, n - tag_n + 1);
	}
}

int main(int argc, char **argv) {
	if (argc != 4) return fprintf(stderr, "usage: floor HOST:PORT DOMAIN SECRET\n"), 64;
	char *port = strrchr(argv[1], ':');
	if (!port || strlen(argv[2]) > 200 || strlen(argv[3]) > 50) return fprintf(stderr, "floor: bad arguments\n"), 64;
	*port++ = 0;
	struct sockaddr_in addr = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};
	if (inet_pton(AF_INET, argv[1], &addr.sin_addr) != 1) die("address");
	sock = socket(AF_INET, SOCK_STREAM, 0);
	int one = 1;
	setsockopt(sock, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	if (connect(sock, (struct sockaddr *)&addr, sizeof addr)) die("connect");

	char line[512], text[128], hash[41];
	send_all(line, (size_t)sprintf(line, "<stream:stream xmlns='jabber:component:accept' xmlns:stream='http://etherx.jabber.org/streams' to='%s'>", argv[2]));
	size_t have = 0, id_n = 0;
	const char *id = NULL;
	while (!id) {
		ssize_t r = read(sock, in + have, sizeof in - have);
		if (r <= 0) die("header");
		have += (size_t)r;
		const char *tag = memmem(in, have, "<stream:stream", 14);
		if (tag) id = value(tag, have - (size_t)(tag - in), " id='", &id_n);
	}
	if (id_n > 60) return 1;
	sprintf(text, "%.*s%s", (int)id_n, id, argv[3]);
	sha1_hex(text, hash);
	send_all(line, (size_t)sprintf(line, "<handshake>%s</handshake>", hash));
	char *p;
	for (have = 0; !(p = memmem(in, have, "<handshake/>", 12));) {
		ssize_t r = read(sock, in + have, sizeof in - have);
		if (r <= 0) die("handshake");
		have += (size_t)r;
	}
	for (p += 12;; p = in) { /* the first stanzas may have come with it */
		char *end = in + have;
		while (p < end) { /* a stanza ends with the end tag of its own name */
			if (end - p < 2) break;
			const char *close = p[1] == 'i' ? "</iq>" : p[1] == 'm' ? "</message>" : p[1] == 'p' ? "</presence>" : NULL;
			if (!close) return 0;
			char *e = memmem(p, (size_t)(end - p), close, strlen(close));
			if (!e) break;
			e += strlen(close);
			answer(p, (size_t)(e - p));
			p = e;
			if (out_n > sizeof out / 2) send_all(out, out_n), out_n = 0;
		}
		have = (size_t)(end - p);
		memmove(in, p, have);
		if (out_n) send_all(out, out_n), out_n = 0;
		ssize_t r = read(sock, in + have, sizeof in - have);
		if (r <= 0) return 0;
		have += (size_t)r;
	}
}
