// The article's wss echo on `https` and `ws` with the article's page, repaired: a right program, which must pass
// the check.
'use strict';

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');
const { WebSocketServer } = require('ws');

const PORT = process.env.PORT ?? '8080';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535)
  leave(2, `PORT doit être un nombre de 0 à 65535, pas ${JSON.stringify(PORT)}`);

const PAGE = `<!DOCTYPE html>
<html lang="fr">
  <head>
    <meta charset="UTF-8" />
    <title>Client WebSocket</title>
    <link rel="stylesheet" href="style.css" />
    <link rel="icon" href="data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg'/>" />
  </head>
  <body>
    <h1>Client WebSocket</h1>
    <div id="messages">
      <!-- one paragraph a line -->
    </div>
    <form id="talk">
      <input type="text" id="messageInput" placeholder="Tapez un message" />
      <input type="reset" value="Effacer" />
      <button type="submit"><span>Envoyer</span> le message</button>
    </form>
    <div id="trouble" aria-live="assertive"></div>
    <script>
      let ws;
      window.addEventListener('DOMContentLoaded', () => {
        ws = new WebSocket('wss://' + location.hostname + ':' + location.port);
        ws.addEventListener('open', () => append(document.createTextNode('Connecté au serveur WebSocket')));
        ws.addEventListener('message', (event) => append('Serveur : ', event.data));
        ws.addEventListener('close', function () {
          console.log('%s du serveur %s', 'Déconnecté', 'WebSocket');
        });
        document.getElementById('talk').onsubmit = sendMessage;
      });

      function append(...texts) {
        const paragraph = document.createElement('p');
        paragraph.append(...texts);
        paragraph.normalize();
        document.getElementById('messages').insertAdjacentElement('beforeend', paragraph);
      }

      function sendMessage(event) {
        event.preventDefault();
        const input = document.getElementById('messageInput');
        const trouble = document.getElementById('trouble');
        if (ws.readyState === WebSocket.OPEN) {
          trouble.replaceChildren();
          append('Vous : ' + input.value);
          ws.send(input.value);
          event.target.reset();
        } else {
          trouble.textContent = 'Pas de connexion (état ' + ws.readyState + ').';
        }
        return false;
      }
    </script>
  </body>
</html>
`;

const server = https.createServer({ cert: pem('cert.pem'), key: pem('key.pem'), noDelay: true }, answer);

// Without a path of its own `ws` would take an upgrade anywhere; with one it refuses the others with 400.
const sockets = new WebSocketServer({ noServer: true, path: '/', maxPayload: 16 * 1024 * 1024 });
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

// A person's browser asks for the page, and then for what the page names.
function answer(request, response) {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const found = { '/': ['text/html; charset=utf-8', PAGE], '/style.css': ['text/css', 'body { margin: 1rem }\n'] };
  const [kind, body] = found[request.url.split('?')[0]] ?? [];
  if (body === undefined) response.statusCode = 404;
  else if (!reading) response.writeHead(405, { Allow: 'GET, HEAD' });
  else response.writeHead(200, { 'content-type': kind });
  response.end(body ?? `${http.STATUS_CODES[response.statusCode]}\n`);
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
