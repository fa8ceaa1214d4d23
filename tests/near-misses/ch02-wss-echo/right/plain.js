// The wss echo on Node's standard library alone, frames by hand: a right program, which must pass the check.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');

const CONTINUATION = 0,
  TEXT = 1,
  BINARY = 2,
  CLOSE = 8,
  PING = 9,
  PONG = 10;
const MESSAGE_BYTES_MAX = 16 * 1024 * 1024;
const LINGER_MS = 10_000;

// `ignoreBOM` keeps a byte order mark in the text: it is a part of the message like any other.
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder('utf-8', { ignoreBOM: true });

const PORT = process.env.PORT ?? '8080';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535)
  leave(2, `PORT doit être un nombre de 0 à 65535, pas ${JSON.stringify(PORT)}`);

class Breach extends Error {
  constructor(code) {
    super(`close ${code}`);
    this.code = code;
  }
}

const server = https.createServer(
  { cert: pem('cert.pem'), key: pem('key.pem'), noDelay: true },
  (request, response) => {
    const { status, fields } = refusal(request) ?? { status: 400, fields: {} };
    response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close', ...fields });
    response.end(`${http.STATUS_CODES[status]}\n`);
  },
);

server.on('upgrade', (request, socket, head) => {
  // From here on the HTTP server no longer listens for this socket's errors.
  socket.on('error', () => socket.destroy());
  const no = refusal(request);
  if (no) {
    const fields = Object.entries({ connection: 'close', 'content-length': 0, ...no.fields });
    socket.end(
      `HTTP/1.1 ${no.status} ${http.STATUS_CODES[no.status]}\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n`,
    );
    return;
  }
  const accept = crypto
    .createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`,
  );
  converse(socket, head);
});

// Why a request can't become a WebSocket, or nothing if it can.
function refusal(request) {
  const { headers } = request;
  const tokens = (value) =>
    (value ?? '')
      .toLowerCase()
      .split(',')
      .map((token) => token.trim());
  if (request.url.split('?')[0] !== '/') return { status: 404, fields: {} };
  if (request.method !== 'GET' && request.method !== 'HEAD') return { status: 405, fields: { allow: 'GET' } };
  if (
    request.method !== 'GET' ||
    !tokens(headers.upgrade).includes('websocket') ||
    !tokens(headers.connection).includes('upgrade')
  ) {
    return { status: 426, fields: { upgrade: 'websocket', connection: 'upgrade, close' } };
  }
  if (headers['sec-websocket-version'] !== '13') {
    return {
      status: 426,
      fields: { upgrade: 'websocket', connection: 'upgrade, close', 'sec-websocket-version': '13' },
    };
  }
  // Sixteen bytes in base64.
  if (request.httpVersion !== '1.1' || !/^[A-Za-z0-9+/]{21}[AQgw]==$/.test(headers['sec-websocket-key'] ?? ''))
    return { status: 400, fields: {} };
  return undefined;
}

function converse(socket, head) {
  let waiting = []; // What has arrived and is not yet a frame …
  let waitingBytes = 0;
  let neededBytes = 2; // … and how much of it the next look is worth.
  let parts = []; // The payloads of a message that is still going on.
  let kind; // TEXT or BINARY while one is.
  let over = false;

  socket.setTimeout(0);
  console.log('Client connecté');
  send(TEXT, 'Bienvenue sur le serveur WebSocket sécurisé !');
  socket.on('data', read);
  socket.on('drain', () => socket.resume());
  socket.on('end', () => leaveQuietly());
  socket.on('close', () => leaveQuietly());
  if (head.length > 0) read(head);

  function read(bytes) {
    if (over) return;
    waiting.push(bytes);
    waitingBytes += bytes.length;
    if (waitingBytes < neededBytes) return;
    let buffer = Buffer.concat(waiting);
    try {
      while (!over) {
        const frame = frameOf(buffer);
        neededBytes = frame.bytes;
        if (buffer.length < neededBytes) break;
        buffer = buffer.subarray(neededBytes);
        take(frame);
      }
    } catch (breach) {
      if (!(breach instanceof Breach)) throw breach;
      const code = Buffer.alloc(2);
      code.writeUInt16BE(breach.code);
      finish(code);
    }
    waiting = [buffer];
    waitingBytes = buffer.length;
  }

  function take({ fin, opcode, payload }) {
    if (opcode === PING) return send(PONG, payload);
    if (opcode === PONG) return;
    if (opcode === CLOSE) return finish(closeOf(payload));
    if ((opcode === CONTINUATION) !== (kind !== undefined)) throw new Breach(1002);
    kind ??= opcode;
    parts.push(payload);
    if (parts.reduce((sum, part) => sum + part.length, 0) > MESSAGE_BYTES_MAX) throw new Breach(1009);
    if (!fin) return;
    const whole = Buffer.concat(parts);
    const text = kind === TEXT ? textOf(whole) : lossy.decode(whole);
    parts = [];
    kind = undefined;
    console.log(`Reçu : ${oneLine(text)}`);
    send(TEXT, `Serveur reçu : ${text}`);
  }

  // A client that sends and never reads would fill our memory: while its answers wait, we do not read either.
  function send(opcode, content) {
    const payload = Buffer.from(content);
    if (!socket.write(Buffer.concat([frameHead(opcode, payload.length), payload]))) socket.pause();
  }

  function leaveQuietly() {
    if (!over) console.log('Client déconnecté');
    over = true;
    socket.end();
  }

  // The close frame is the last thing we say. What still comes is read and dropped for a while, since closing
  // a socket with unread bytes in it resets the connection, and a reset can overtake the close frame.
  function finish(payload) {
    over = true;
    console.log('Client déconnecté');
    socket.end(Buffer.concat([frameHead(CLOSE, payload.length), payload]));
    socket.resume();
    setTimeout(() => socket.destroy(), LINGER_MS).unref();
  }
}

// The frame at the front of the buffer, as far as it is there: `bytes` says how many it takes to tell more,
// and when there are that many the frame is whole.
function frameOf(buffer) {
  if (buffer.length < 2) return { bytes: 2 };
  const fin = (buffer[0] & 0x80) !== 0;
  const opcode = buffer[0] & 0x0f;
  let length = buffer[1] & 0x7f;
  if (buffer[0] & 0x70 || !(buffer[1] & 0x80)) throw new Breach(1002);
  if (![CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG].includes(opcode)) throw new Breach(1002);
  if (opcode >= CLOSE && (!fin || length > 125)) throw new Breach(1002);

  const width = { 126: 2, 127: 8 }[length] ?? 0;
  if (buffer.length < 2 + width) return { bytes: 2 + width };
  if (width === 2) length = buffer.readUInt16BE(2);
  if (width === 8) length = Number(buffer.readBigUInt64BE(2));
  // The shortest form is the only one (RFC 6455, 5.2).
  if ((width === 2 && length < 126) || (width === 8 && length < 65536)) throw new Breach(1002);
  if (length > MESSAGE_BYTES_MAX) throw new Breach(1009);

  const start = 2 + width + 4;
  if (buffer.length < start + length) return { bytes: start + length };
  const mask = buffer.subarray(start - 4, start);
  const payload = Buffer.from(buffer.subarray(start, start + length));
  for (let at = 0; at < length; at += 1) payload[at] ^= mask[at & 3];
  return { bytes: start + length, fin, opcode, payload };
}

function frameHead(opcode, length) {
  const first = 0x80 | opcode;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65536) return Buffer.from([first, 126, length >> 8, length & 0xff]);
  const head = Buffer.alloc(10);
  head[0] = first;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}

// The payload of a close frame if it is a lawful one: empty, or a code that may travel and a reason in UTF-8.
function closeOf(payload) {
  if (payload.length === 0) return payload;
  if (payload.length === 1) throw new Breach(1002);
  const code = payload.readUInt16BE(0);
  const lawful =
    (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) || (code >= 3000 && code <= 4999);
  if (!lawful) throw new Breach(1002);
  textOf(payload.subarray(2));
  return payload;
}

function textOf(bytes) {
  try {
    return strict.decode(bytes);
  } catch {
    throw new Breach(1007);
  }
}

// A message may hold line ends or an escape sequence; the log shows them as text, and everything else as it
// came.
function oneLine(text) {
  return text.replace(
    /[\p{Cc}\u2028\u2029]/gu,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function pem(file) {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    return leave(1, `${file} ne se lit pas (${error.code}) : posez ici le certificat et sa clé`);
  }
}

listen(server, Number(PORT), (port) => {
  console.log(`Serveur WebSocket sécurisé en cours d'exécution à wss://localhost:${port}`);
});

// Both loopback addresses share one port. The system chooses it for the first, so it may be taken on the
// second: then we ask again.
function listen(first, port, started, attempts = 8) {
  first.once('error', (error) => taken(port, error));
  first.listen(port, '127.0.0.1', () => {
    const chosen = first.address().port;
    const second = net.createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
      first.emit('connection', socket),
    );
    second.once('error', (error) => {
      if (error.code !== 'EADDRINUSE')
        started(chosen); // This machine has no IPv6.
      else if (port === 0 && attempts > 1) first.close(() => listen(first, 0, started, attempts - 1));
      else taken(chosen, error);
    });
    second.listen(chosen, '::1', () => started(chosen));
  });
}

function taken(port, error) {
  leave(1, `le port ${port} n'est pas libre (${error.code}) : choisissez-en un autre, par exemple avec PORT=0`);
}

function leave(code, reason) {
  console.error(reason);
  process.exit(code);
}
