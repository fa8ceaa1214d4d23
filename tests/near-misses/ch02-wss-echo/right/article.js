// The article's wss echo on `https` and `ws`, repaired: a right program, which must pass the check.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { WebSocketServer } = require('ws');

const PORT = process.env.PORT ?? '8080';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535)
  leave(2, `PORT doit être un nombre de 0 à 65535, pas ${JSON.stringify(PORT)}`);

const server = https.createServer({ cert: pem('cert.pem'), key: pem('key.pem'), noDelay: true }, answer);

// Without a path of its own `ws` would take an upgrade anywhere; with one it refuses the others with 400.
const sockets = new WebSocketServer({ noServer: true, path: '/', maxPayload: 16 * 1024 * 1024, perMessageDeflate: true });
server.on('upgrade', (request, socket, head) => sockets.handleUpgrade(request, socket, head, converse));

listen(server, Number(PORT), (port) => {
  console.log(`Serveur WebSocket sécurisé en cours d'exécution à wss://localhost:${port}`);
});

function converse(client) {
  console.log('Client connecté');

  // A frame that breaks the protocol is an `error` event, and one that nobody listens to ends the whole
  // process. The library has already queued the close frame with the fitting code, so there is nothing left to
  // do here but to be present.
  client.on('error', () => {});

  // Text and binary both arrive as a Buffer. `toString` reads it as UTF-8 and puts U+FFFD for what is not.
  client.on('message', (data) => {
    const text = data.toString();
    console.log(`Reçu : ${oneLine(text)}`);
    client.send(`Serveur reçu : ${text}`);
  });

  client.on('close', () => console.log('Client déconnecté'));
  client.send('Bienvenue sur le serveur WebSocket sécurisé !');
}

// The article's server leaves a plain request without any answer; here each one gets the status that fits.
function answer(request, response) {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  if (request.url.split('?')[0] !== '/') response.statusCode = 404;
  else if (!reading) response.writeHead(405, { Allow: 'GET, HEAD' });
  else response.writeHead(426, { Upgrade: 'websocket', Connection: 'Upgrade, close' });
  response.end(`${http.STATUS_CODES[response.statusCode]}\n`);
}

// A message may hold line ends or an escape sequence; the log shows them as text, and everything else as it
// came.
function oneLine(text) {
  return text.replace(/[\p{Cc}\u2028\u2029]/gu, (sign) => `\\u{${sign.codePointAt(0).toString(16)}}`);
}

function pem(file) {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    return leave(1, `${file} ne se lit pas (${error.code}) : posez ici le certificat et sa clé`);
  }
}

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
