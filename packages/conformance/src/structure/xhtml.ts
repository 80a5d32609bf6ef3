/** Why a narrative's xhtml cannot be kept. */
export interface XhtmlFault {
  /** `malformed`: no XML; `unsafe`: holds what R4 forbids in a narrative (txt-1); `blank`: shows nothing (txt-2). */
  readonly kind: 'malformed' | 'namespace' | 'unsafe' | 'blank';
  readonly message: string;
}

/** R4's txt-1: the elements a narrative may hold. */
const allowedElements = new Set(
  (
    'a abbr acronym b big blockquote br caption cite code col colgroup dd dfn div dl dt em h1 h2 h3 h4 h5 h6 hr i img ' +
    'li ol p pre q samp small span strong sub sup table tbody td tfoot th thead tr tt ul var'
  ).split(' '),
);

/** R4's txt-1: the attributes they may have. */
const allowedAttributes = new Set(
  (
    'abbr accesskey align alt axis bgcolor border cellhalign cellpadding cellspacing cellvalign char charoff charset ' +
    'cite class colspan compact coords dir frame headers height href hreflang hspace id lang longdesc name nowrap rel ' +
    'rev rowspan rules scope shape span src start style summary tabindex title type valign value vspace width ' +
    'xmlns xml:lang'
  ).split(' '),
);

const xhtmlNamespace = 'http://www.w3.org/1999/xhtml';
const linkAttributes = new Set(['href', 'src', 'cite', 'longdesc']);
const safeLink = /^(?:https?:|mailto:|tel:|data:image\/(?:png|gif|jpeg);|#|[^:]*$|[^:]*[/?#])/i;
const maxNesting = 128;

function malformed(message: string): XhtmlFault {
  return { kind: 'malformed', message };
}

/** XML's five entities and character references; HTML's names (`&nbsp;`) are not XML. */
function entityFault(text: string): XhtmlFault | undefined {
  for (let at = text.indexOf('&'); at !== -1; at = text.indexOf('&', at + 1)) {
    const reference = /^&(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});/.exec(text.slice(at, at + 12));
    if (!reference) return malformed('Holds a bare & or an HTML entity: write &amp; or a number such as &#160;');
    if (!xmlCharacters(decoded(reference[0]))) return malformed(`${reference[0]} is no character that XML allows`);
  }
  return undefined;
}

/** True where every character may stand in XML 1.0. */
export function xmlCharacters(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 32 ? unit !== 9 && unit !== 10 && unit !== 13 : unit === 0xfffe || unit === 0xffff) return false;
  }
  return text.isWellFormed();
}

const named: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(/&(#x[0-9A-Fa-f]{1,6}|#[0-9]{1,7}|[a-z]{2,4});/g, (whole, body: string) => {
    if (!body.startsWith('#')) return Object.hasOwn(named, body) ? (named[body] ?? whole) : whole;
    const point = body[1] === 'x' ? Number.parseInt(body.slice(2), 16) : Number(body.slice(1));
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : '\uffff';
  });
}

function attributeFault(name: string, value: string, tag: string): XhtmlFault | undefined {
  if (!allowedAttributes.has(name)) {
    return { kind: 'unsafe', message: `R4 allows no attribute ${name} in a narrative: remove it from <${tag}>` };
  }
  if (value.includes('<')) return malformed(`A < within an attribute of <${tag}>: write &lt;`);
  if (name === 'xmlns' && value !== xhtmlNamespace) {
    return { kind: 'namespace', message: `The namespace must be xmlns="${xhtmlNamespace}"` };
  }
  const fault = entityFault(value);
  if (fault || !linkAttributes.has(name)) return fault;
  // Browsers skip white space and controls within a scheme.
  const link = decoded(value).replace(/[\s\p{Cc}]/gu, '');
  return safeLink.test(link) ? undefined : { kind: 'unsafe', message: `${name} of <${tag}> is no safe link` };
}

// Sticky patterns step through the text once; neighbouring repeats never share a character.
const openTag = /<([A-Za-z][A-Za-z0-9]*)/y;
const closeTag = /<\/([A-Za-z][A-Za-z0-9]*)[ \t\r\n]*>/y;
const attribute = /[ \t\r\n]+([A-Za-z:][A-Za-z0-9:_-]*)[ \t\r\n]*=[ \t\r\n]*("[^"]*"|'[^']*')/y;
const tagEnd = /[ \t\r\n]*(\/?)>/y;

/**
 * The first fault of a narrative's `div`: it must be one well-formed xhtml `div` of the elements and attributes that R4
 * allows, without scripts, comments that hide tags, or unsafe links. Linear in the length of the text.
 */
export function xhtmlFault(text: string): XhtmlFault | undefined {
  const open: string[] = [];
  let shows = false;
  let at = text.search(/[^ \t\r\n]/);
  const end = text.length - (/[ \t\r\n]*$/.exec(text.slice(text.lastIndexOf('>') + 1))?.[0].length ?? 0);
  if (at === -1 || !text.startsWith('<div', at)) return malformed('Must be one <div>');
  if (!xmlCharacters(text)) return malformed('Holds characters that XML does not allow');
  const seen = new Set<string>();
  while (at < end) {
    if (text.startsWith('<!--', at)) {
      const close = text.indexOf('--', at + 4);
      if (close === -1 || text[close + 2] !== '>' || /^-?>/.test(text.slice(at + 4, at + 6))) {
        return malformed('A comment is not closed, or holds --');
      }
      at = close + 3;
      continue;
    }
    closeTag.lastIndex = at;
    const closing = closeTag.exec(text);
    if (closing) {
      if (open.pop() !== closing[1]) return malformed(`</${closing[1]}> closes no open element`);
      at = closeTag.lastIndex;
    } else if (text[at] === '<') {
      openTag.lastIndex = at;
      const tag = openTag.exec(text)?.[1];
      if (!tag) return malformed('Holds markup other than elements and comments');
      if (!allowedElements.has(tag)) return { kind: 'unsafe', message: `R4 allows no <${tag}> in a narrative` };
      at = openTag.lastIndex;
      seen.clear();
      for (;;) {
        attribute.lastIndex = at;
        const found = attribute.exec(text);
        if (!found) break;
        const [, name = '', quoted = ''] = found;
        const fault = attributeFault(name, quoted.slice(1, -1), tag);
        if (fault) return fault;
        if (seen.has(name)) return malformed(`<${tag}> has ${name} twice`);
        seen.add(name);
        at = attribute.lastIndex;
      }
      tagEnd.lastIndex = at;
      const finish = tagEnd.exec(text);
      if (!finish) return malformed(`<${tag}> is not well formed`);
      at = tagEnd.lastIndex;
      if (open.length === 0 && !seen.has('xmlns')) {
        return { kind: 'namespace', message: `The div must say xmlns="${xhtmlNamespace}"` };
      }
      if (tag === 'img') shows = true;
      if (finish[1] !== '/') open.push(tag);
      if (open.length > maxNesting) return malformed(`Nested more than ${maxNesting} deep`);
    } else {
      const next = text.indexOf('<', at);
      const words = text.slice(at, next === -1 ? end : next);
      const fault = entityFault(words);
      if (fault) return fault;
      if (words.includes(']]>')) return malformed('Holds ]]>: write ]]&gt;');
      if (words.trim() !== '') shows = true;
      at = next === -1 ? end : next;
    }
    if (open.length === 0) break;
  }
  if (open.length) return malformed(`<${open.at(-1)}> is not closed`);
  if (at !== end) return malformed('Holds more than one div');
  return shows ? undefined : { kind: 'blank', message: 'The narrative shows nothing' };
}
