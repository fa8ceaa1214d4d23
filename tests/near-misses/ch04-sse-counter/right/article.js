// The article's event counter on `express`, repaired: a right program, which must pass the check.
'use strict';

const http = require('node:http');
const net = require('node:net');
const express = require('express');

const PORT = process.env.PORT ?? '3000';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535)
  leave(2, `PORT doit être un nombre de 0 à 65535, pas ${JSON.stringify(PORT)}`);

const app = express();
// Left alone, Express takes `/SSE` and `/sse/` for `/sse`.
app.enable('case sensitive routing');
app.enable('strict routing');

app.get('/sse', (request, response) => {
  response.setHeader('Content-Type', 'text/event-stream');
  response.setHeader('Cache-Control', 'no-cache');

  // Express brings HEAD here too. It wants the head and nothing more: without an end its connection would hang.
  if (request.method === 'HEAD') return response.end();

  // Otherwise the head waits for the first event, a second from now.
  response.flushHeaders();

  let counter = 0;
  const ticks = setInterval(() => response.write(`data: Ceci est le message ${counter++}\n\n`), 1000);

  // `close` comes however the client leaves. A timer that is not cleared would write to nobody for ever.
  response.on('close', () => clearInterval(ticks));
});

app.all('/sse', (request, response) => {
  response.set('Allow', 'GET, HEAD').sendStatus(405);
});

// `app.listen` of Express 5 calls its callback with a failure too, and so announces a port that it does not
// have.
listen(http.createServer(app), Number(PORT), (port) => {
  console.log(`Serveur en cours d'exécution à http://localhost:${port}`);
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
