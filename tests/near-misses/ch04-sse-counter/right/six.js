// The counter on Node's `http`, on ::1 alone, as Node listens on `localhost` where that
// name means ::1 first: a right program, which must pass the check.
'use strict';

const http = require('node:http');

const server = http.createServer((request, response) => {
  if (request.url !== '/sse') return response.writeHead(404).end();
  if (request.method !== 'GET') return response.writeHead(405, { allow: 'GET' }).end();

  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  response.flushHeaders();
  let count = 0;
  const timer = setInterval(() => response.write(`data: Ceci est le message ${count++}\n\n`), 1000);
  response.on('close', () => clearInterval(timer));
});

server.on('listening', () => {
  console.log(`Serveur en cours d'exécution à http://localhost:${server.address().port}`);
});

server.on('error', (error) => {
  // A machine without IPv6 has no ::1.
  if (error.code === 'EADDRNOTAVAIL') return server.listen(port, '127.0.0.1');
  console.error(`port ${port}: ${error.message}`);
  process.exit(1);
});

const port = Number(process.env.PORT ?? 3000);
server.listen(port, '::1');
