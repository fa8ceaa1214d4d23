// Two events a tick and their page on Node's standard library alone; the page has one listener that tells them
// apart: a right program, which must pass the check.
'use strict';

const http = require('node:http');
const net = require('node:net');

const PORT = process.env.PORT ?? '3000';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535)
  leave(2, `PORT doit être un nombre de 0 à 65535, pas ${JSON.stringify(PORT)}`);

const PAGE = `<!doctype html>
<html lang="fr">
<title>Client SSE</title>
<h1>Client SSE</h1>
<ul id="list"></ul>
<template id="line"><li></li></template>
<script>
  const source = new EventSource(new URL('sse', document.baseURI));
  const line = document.getElementById('line').content;

  // One listener for both, which looks at what it has been given.
  function hear({ type, data }) {
    switch (type) {
      case 'message':
        return append('message : ', data);
      case 'ping': {
        const time = timeOf(data);
        if (time === undefined) console.warn('un ping sans heure', { data });
        else append('ping à ', time);
      }
    }
  }

  function timeOf(data) {
    try {
      return JSON.parse(data)?.time;
    } catch {
      return undefined;
    }
  }

  function append(what, text) {
    const copy = line.cloneNode(true);
    copy.firstElementChild.innerText = what + text;
    document.querySelector('ul').appendChild(copy);
  }

  for (const name of ['ping', 'message']) source.addEventListener(name, hear);
</script>
`;

const server = http.createServer((request, response) => {
  const path = request.url.split('?')[0];
  if (path !== '/sse' && path !== '/') return refuse(response, 404);
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return refuse(response, 405, { Allow: 'GET, HEAD' });

  if (path === '/') {
    response.writeHead(200, { 'X-Frame-Options': 'deny', 'CONTENT-TYPE': 'text/html; charset=utf-8' });
    return response.end(request.method === 'HEAD' ? '' : PAGE);
  }

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  if (request.method === 'HEAD') return response.end();
  response.flushHeaders();
  count(response, 0);
});

// Each event sets the timer for the next one, so a process that was stopped for a while goes on at its pace,
// without a burst.
function count(response, number) {
  const timer = setTimeout(() => {
    response.off('close', stop);
    // The same instant without its milliseconds, and with the zone in its long form.
    const time = new Date().toISOString().replace(/\.\d+Z$/, '+00:00');
    response.write(`event: ping\ndata: ${JSON.stringify({ time })}\n\ndata: Ceci est le message ${number}\n\n`);
    count(response, number + 1);
  }, 1000);
  const stop = () => clearTimeout(timer);
  response.on('close', stop);
}

function refuse(response, status, fields = {}) {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...fields });
  response.end(`${http.STATUS_CODES[status]}\n`);
}

listen(server, Number(PORT), (port) => {
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
