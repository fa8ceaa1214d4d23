// plain.js with another page: nobody can type or press its button while nothing can be sent, words say why for
// as long as that is so, and in the end the button is gone. A right program, which must pass the check.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const CHANGES = [
  ['<input id="messageInput"', '<input id="messageInput" disabled'],
  ['<button id="go" type="button">', '<button id="go" type="button" disabled>'],
  ['for="messageInput"></output>', 'for="messageInput">Connexion en cours…</output>'],
  [
    '  function send() {\n',
    `  function connects(now) {
    field.disabled = button.disabled = !now;
    notice.value = now ? '' : 'Plus de connexion : rien ne part.';
  }

  function send() {
    if (button.disabled) return;
`,
  ],
  [
    '  socket.onopen',
    `  socket.addEventListener('open', () => connects(true));
  socket.addEventListener('close', () => (connects(false), button.remove()));
  socket.onopen`,
  ],
];

let program = fs.readFileSync(path.join(__dirname, 'plain.js'), 'utf8');
for (const [old, fresh] of CHANGES) {
  if (!program.includes(old)) throw new Error(`plain.js has no ${old}`);
  program = program.replace(old, () => fresh);
}
new Function('require', program)(require);
