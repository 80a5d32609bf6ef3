import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { type XmlHandler, XmlReader } from '../../src/release/xml.ts';
import { XmlError } from '../../src/release/xml-text.ts';

/** What a document says, one event an item; text in one piece. `refused` where it is not well-formed. */
function recorded(): { events: string[]; handler: XmlHandler } {
  const events: string[] = [];
  return {
    events,
    handler: {
      open: (name) => void events.push(`<${name}>`),
      close: () => void events.push('</>'),
      text: (text) => void addText(events, text),
      attribute: (name) => void events.push(`@${name}`),
      wantsSpace: true,
    },
  };
}

function addText(events: string[], text: string): void {
  if (text === '') return;
  if (events.at(-1)?.startsWith('#')) events[events.length - 1] += text;
  else events.push(`#${text}`);
}

function ours(bytes: Buffer, cut: number): string[] {
  const { events, handler } = recorded();
  const reader = new XmlReader(handler);
  try {
    for (let at = 0; at < bytes.length; at += cut) reader.write(bytes.subarray(at, at + cut));
    reader.end();
  } catch (error) {
    assert.ok(error instanceof XmlError, String(error));
    return ['refused'];
  }
  return events;
}

/** The same by a general parser, told apart only by what this reader refuses on purpose: document types. */
function general(text: string): string[] {
  const { events, handler } = recorded();
  let refused = false;
  let depth = 0;
  const parser = new SaxesParser({ xmlns: false });
  parser.on('error', () => {
    refused = true;
  });
  parser.on('doctype', () => {
    refused = true;
  });
  parser.on('attribute', ({ name }) => handler.attribute(name));
  parser.on('opentag', ({ name }) => {
    depth++;
    handler.open(name);
  });
  parser.on('closetag', () => {
    depth--;
    handler.close();
  });
  parser.on('text', (value) => depth > 0 && handler.text(value));
  parser.on('cdata', (value) => depth > 0 && handler.text(value));
  parser.write(text).close();
  return refused ? ['refused'] : events;
}

const piece = fc.constantFrom(
  ...['<A>', '</A>', '<B>', '</B>', '<A/>', '<B />', '</A >', '<A x="1">', "<A x='>' y=\"'\">", '<A x="1" x="2">'],
  ...['<A x=1>', '<A x>', '<A x="<">', '<A x="&amp;">', '<A x="&no;">', '< A>', '<A', '>', '<', '/>', '</>', '<>'],
  ...['text', ' ', '\n', '\t', '\r\n', '\r', 'é', '≥ 1 µg', '\u{1F48A}', '\u00a0', '"', "'", ']]>', ']', '\u0001'],
  ...['&amp;', '&lt;', '&#65;', '&#x41;', '&#0;', '&#xFFFF;', '&#x1F48A;', '&', '&no;', '&#;', '&amp', '&#xD;'],
  ...['<!-- c -->', '<!-- < & > -->', '<!-- a -- b -->', '<!--->', '<!-- --->', '<!---->', '<![CDATA[<&>]]>'],
  ...['<![CDATA[', '<!-- ', '<?pi data?>', '<?pi?>', '<??>', '<?xml version="1.0"?>', '<!DOCTYPE A>', '<!ELEMENT A>'],
);

const declarations = fc.constantFrom(
  ...['', '', '', '<?xml version="1.0"?>', '<?xml version="1.0" encoding="utf-8" ?>', ' <?xml version="1.0"?>'],
  ...['<?xml version="1.0" encoding="UTF-8" standalone="no"?>', '<?xml?>', '<?xml encoding="utf-8"?>', '\ufeff'],
);

describe('the XML reader agrees with a general parser', () => {
  test('on any pieces in any order, cut anywhere', () => {
    const document = fc.tuple(declarations, fc.array(piece, { maxLength: 12 }), fc.boolean());
    fc.assert(
      fc.property(document, fc.integer({ min: 1, max: 40 }), ([declaration, pieces, wrapped], cut) => {
        const body = pieces.join('');
        const text = `${declaration}${wrapped ? `<R>${body}</R>` : body}`;
        assert.deepEqual(ours(Buffer.from(text), cut), general(text));
      }),
      { numRuns: 20_000, seed: 6 },
    );
  });

  test('on well-formed documents, cut anywhere', () => {
    const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
      element: fc
        .tuple(fc.constantFrom('A', 'LONG_NAME', 'x:y'), fc.array(tie('content'), { maxLength: 4 }))
        .map(([name, content]) => `<${name}>${content.join('')}</${name}>`),
      content: fc.oneof(
        { maxDepth: 5 },
        fc.constantFrom('text', ' ', '\r\n', 'é\u{1F48A}', '&lt;&#233;', '<!-- x -->', '<![CDATA[a]b]]>', '<E/>'),
        tie('element'),
      ),
    }));
    fc.assert(
      fc.property(element, fc.integer({ min: 1, max: 20 }), (text, cut) => {
        const found = ours(Buffer.from(text), cut);
        assert.notDeepEqual(found, ['refused']);
        assert.deepEqual(found, general(text));
      }),
      { numRuns: 2000, seed: 7 },
    );
  });
});

describe('the XML reader', () => {
  test('refuses bytes that are not UTF-8, wherever they are cut', () => {
    for (const bytes of [[0xe9], [0xc3], [0xf0, 0x9f], [0xed, 0xa0, 0x80], [0xc0, 0xaf]]) {
      const document = Buffer.concat([Buffer.from('<A>x'), Buffer.from(bytes), Buffer.from('y</A>')]);
      for (const cut of [1, 2, 5, 100]) assert.deepEqual(ours(document, cut), ['refused']);
    }
    assert.deepEqual(ours(Buffer.from('\ufeff<A/>', 'utf16le'), 100), ['refused']);
  });

  test('refuses what has no end, without keeping it all', () => {
    for (const start of ['<A>', '<A><!-- ', '<A b="', '<A><![CDATA[', '<?pi ']) {
      const { handler } = recorded();
      const reader = new XmlReader(handler);
      const more = Buffer.alloc(200_000, 'x');
      assert.throws(() => {
        reader.write(Buffer.from(start));
        for (let i = 0; i < 10; i++) reader.write(more);
      }, /endless/);
    }
    assert.deepEqual(ours(Buffer.from('<A>'.repeat(100)), 1000), ['refused']);
  });

  test('knows the line it reads', () => {
    const lines: number[] = [];
    const reader: XmlReader = new XmlReader({
      open: () => void lines.push(reader.line),
      close: () => void lines.push(-reader.line),
      text: () => undefined,
      attribute: () => undefined,
      wantsSpace: false,
    });
    for (const byte of Buffer.from('\n<A>\n\n<B>\nx\n</B></A>')) reader.write(Buffer.from([byte]));
    reader.end();
    assert.deepEqual(
      lines,
      [2, 4, -5, -6].map((n, i) => (i === 2 ? -6 : n)),
    );
  });
});
