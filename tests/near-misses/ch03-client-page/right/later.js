// plain.js with another page: the words that say why nothing is sent come a moment after the click, as in a page
// that is drawn anew from what it knows. A right program, which must pass the check.
'use strict';

const fs = require('node:fs');
const path = require('node:path');

const CHANGES = [
  [
    "      notice.value = 'Rien ne part tant que la connexion manque.';",
    "      setTimeout(() => (notice.value = 'Rien ne part tant que la connexion manque.'));",
  ],
];

let program = fs.readFileSync(path.join(__dirname, 'plain.js'), 'utf8');
for (const [old, fresh] of CHANGES) {
  if (!program.includes(old)) throw new Error(`plain.js has no ${old}`);
  program = program.replace(old, () => fresh);
}
new Function('require', program)(require);
