import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { xhtmlFault } from '../src/index.ts';
import cases from './xhtml-cases.json' with { type: 'json' };

for (const [kind, divs] of Object.entries(cases)) {
  for (const div of divs) {
    test(`${kind}: ${div.replace(/ xmlns="[^"]*xhtml"/, '')}`, () => {
      const fault = xhtmlFault(div);
      assert.equal(fault?.kind ?? 'clean', kind, fault?.message);
    });
  }
}

test('a narrative nested too deep is refused, and a long one is read in its length', () => {
  const around = (inner: string) => `<div xmlns="http://www.w3.org/1999/xhtml">${inner}</div>`;
  assert.equal(xhtmlFault(around(`${'<b>'.repeat(5000)}x${'</b>'.repeat(5000)}`))?.kind, 'malformed');
  assert.equal(xhtmlFault(around('<p>x &amp; y</p>'.repeat(50_000))), undefined);
  assert.equal(xhtmlFault(around(`<p ${' '.repeat(300_000)}`))?.kind, 'malformed');
  assert.equal(xhtmlFault(around('<!--'.repeat(100_000)))?.kind, 'malformed');
});

test('any text gets an answer', () => {
  const pieces = fc.constantFrom(
    '<div xmlns="http://www.w3.org/1999/xhtml">',
    '</div>',
    '<',
    '>',
    '&',
    '<!--',
    '-->',
    '"',
    "'",
    ' ',
    '<p',
    '/',
    'x=',
    '&#',
    ';',
    ']]>',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 20 }), (parts) => {
      const fault = xhtmlFault(parts.join(''));
      assert.ok(fault === undefined || fault.message.length > 0);
    }),
    { seed: 20241105, numRuns: 3000 },
  );
});
