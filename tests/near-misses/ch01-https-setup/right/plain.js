// The HTTPS server on Node's standard library alone, certificate and all: a right program, which must pass the check.
'use strict';

const crypto = require('node:crypto');
const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const net = require('node:net');

const DAY_MS = 24 * 60 * 60 * 1000;

const PORT = process.env.PORT ?? '8080';
if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65535)
  leave(2, `PORT doit être un nombre de 0 à 65535, pas ${JSON.stringify(PORT)}`);

listen(secureServer(pair()), Number(PORT), (port) => {
  console.log(`Serveur HTTPS en cours d'exécution à https://localhost:${port}`);
});

function secureServer({ cert, key }) {
  try {
    return https.createServer(
      { cert, key, minVersion: 'TLSv1.2', ALPNProtocols: ['http/1.1'], noDelay: true },
      answer,
    );
  } catch (error) {
    return leave(
      1,
      `cert.pem et key.pem ne servent pas à TLS (${oneLine(error)}) : supprimez les deux et relancez`,
    );
  }
}

function answer(request, response) {
  const status =
    request.url.split('?')[0] !== '/' ? 404 : request.method === 'GET' || request.method === 'HEAD' ? 200 : 405;
  response.writeHead(status, {
    'content-type': 'text/plain; charset=utf-8',
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });
  response.end(status === 200 ? 'Connexion chiffrée établie\n' : `${http.STATUS_CODES[status]}\n`);
}

// The certificate and the key in this directory, made if neither is there. What somebody put here is never
// written over.
function pair() {
  const [cert, key] = [contents('cert.pem'), contents('key.pem')];
  if (cert === undefined && key === undefined) return newPair();
  if (cert === undefined)
    leave(1, 'cert.pem manque à côté de key.pem : remettez-le, ou supprimez key.pem pour une nouvelle paire');
  if (key === undefined)
    leave(1, 'key.pem manque à côté de cert.pem : remettez-la, ou supprimez cert.pem pour une nouvelle paire');

  const certificate = parsed('cert.pem', () => new crypto.X509Certificate(cert));
  const secret = parsed('key.pem', () => crypto.createPrivateKey(key));
  if (!certificate.checkPrivateKey(secret))
    leave(
      1,
      "key.pem n'est pas la clé de cert.pem : remettez la bonne, ou supprimez les deux pour une nouvelle paire",
    );
  return { cert, key };
}

function contents(file) {
  try {
    return fs.readFileSync(file);
  } catch (error) {
    return error.code === 'ENOENT'
      ? undefined
      : leave(1, `${file} ne se lit pas (${error.code}) : corrigez ses droits ou supprimez la paire`);
  }
}

function parsed(file, parse) {
  try {
    return parse();
  } catch (error) {
    return leave(
      1,
      `${file} ne se comprend pas (${oneLine(error)}) : réparez-le, ou supprimez cert.pem et key.pem pour une nouvelle paire`,
    );
  }
}

function newPair() {
  const { publicKey, privateKey } = crypto.generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  const base64 = certificateOf(publicKey, privateKey).toString('base64');
  const cert = `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g).join('\n')}\n-----END CERTIFICATE-----\n`;
  try {
    // `wx` fails rather than write over a file that has appeared since we looked.
    fs.writeFileSync('key.pem', key, { mode: 0o600, flag: 'wx' });
    fs.writeFileSync('cert.pem', cert, { flag: 'wx' });
  } catch (error) {
    leave(
      1,
      `${error.path} ne s'écrit pas (${error.code}) : rendez ce dossier accessible en écriture, puis supprimez cert.pem et key.pem`,
    );
  }
  return { cert, key };
}

// A self-signed X.509 v3 certificate (RFC 5280) for this machine's own names.
function certificateOf(publicKey, privateKey) {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2')); // ecdsa-with-SHA256
  const name = sequence(set(sequence(oid('2.5.4.3'), der(0x0c, Buffer.from('localhost')))));
  // A day back, for a client whose clock is a little behind.
  const validity = sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + 365 * DAY_MS));
  const serial = crypto.randomBytes(16);
  serial[0] = (serial[0] & 0x7f) | 0x40; // Positive, and without a leading zero.

  const names = sequence(
    der(0x82, Buffer.from('localhost')),
    der(0x87, Buffer.from([127, 0, 0, 1])),
    der(0x87, Buffer.from([...Array(15).fill(0), 1])),
  );
  const extensions = sequence(
    extension('2.5.29.17', false, names), // subjectAltName
    extension('2.5.29.19', true, sequence()), // basicConstraints: no CA, which is what saying nothing means
    extension('2.5.29.15', true, der(0x03, Buffer.from([7, 0x80]))), // keyUsage: digitalSignature
    extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))), // extKeyUsage: serverAuth
  );

  const toBeSigned = sequence(
    der(0xa0, der(0x02, Buffer.from([2]))), // version 3
    der(0x02, serial),
    algorithm,
    name,
    validity,
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  );
  const signature = crypto.sign('sha256', toBeSigned, privateKey);
  return sequence(toBeSigned, algorithm, der(0x03, Buffer.concat([Buffer.from([0]), signature])));
}

// DER: a tag, a length, the contents.
function der(tag, ...contents) {
  const body = Buffer.concat(contents);
  const digits = Buffer.from(body.length.toString(16).padStart(body.length < 256 ? 2 : 4, '0'), 'hex');
  const length = body.length < 128 ? digits : Buffer.concat([Buffer.from([0x80 | digits.length]), digits]);
  return Buffer.concat([Buffer.from([tag]), length, body]);
}

function sequence(...contents) {
  return der(0x30, ...contents);
}

function set(...contents) {
  return der(0x31, ...contents);
}

// The first two numbers share a byte; the others are written seven bits a byte, the last of them without the
// high bit.
function oid(dotted) {
  const [first, second, ...others] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const number of others) {
    const groups = [number & 0x7f];
    for (let left = number >>> 7; left > 0; left >>>= 7) groups.unshift(0x80 | (left & 0x7f));
    bytes.push(...groups);
  }
  return der(0x06, Buffer.from(bytes));
}

function utcTime(instant) {
  const digits = new Date(instant).toISOString().replace(/\D/g, '');
  return der(0x17, Buffer.from(`${digits.slice(2, 14)}Z`));
}

function extension(dotted, critical, value) {
  const mark = critical ? [der(0x01, Buffer.from([0xff]))] : [];
  return sequence(oid(dotted), ...mark, der(0x04, value));
}

function oneLine(error) {
  return error.message.replace(/\s+/g, ' ');
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
