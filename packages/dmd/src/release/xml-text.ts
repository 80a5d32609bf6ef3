/** The finer rules of XML text: references, characters, names, attributes. */

/** Why a document is refused. */
export class XmlError extends Error {
  /** Well-formed or not, it holds what no dm+d file may hold. */
  readonly forbidden: boolean;

  constructor(message: string, forbidden = false) {
    super(message);
    this.name = 'XmlError';
    this.forbidden = forbidden;
  }
}

const NAME = /^[A-Za-z_:\u00C0-\u{10FFFF}][-.\w:\u00B7-\u{10FFFF}]*$/u;
const ATTRIBUTE = /\s+([^\s=<>"'/]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/y;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** An XML declaration; its first group is the encoding. */
export const DECLARATION =
  /^<\?xml\s+version\s*=\s*(?:"1\.\d"|'1\.\d')(?:\s+encoding\s*=\s*["']([\w.-]+)["'])?(?:\s+standalone\s*=\s*(?:"(?:yes|no)"|'(?:yes|no)'))?\s*\?>$/;

/** Whether a text is an XML name. */
export function isName(text: string): boolean {
  return NAME.test(text);
}

/**
 * Text as XML means it: line ends as line feeds, references replaced (not in CDATA).
 * @throws XmlError at a reference that is not defined, or a character that XML does not allow.
 */
export function plainText(raw: string, literal = false): string {
  const text = raw.includes('\r') ? raw.replace(/\r\n?/g, '\n') : raw;
  if (hasForbiddenCharacter(text)) throw new XmlError('has a character that XML does not allow');
  if (literal) return text;
  if (text.includes(']]>')) throw new XmlError('has ]]> in its text');
  return text.includes('&') ? text.replace(/&([^;&]*)(;?)/g, reference) : text;
}

function reference(written: string, name: string, semicolon: string): string {
  if (semicolon === '') throw new XmlError('has an & that begins no reference');
  const digits = /^#(?:x([\da-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
  if (digits !== null) {
    const point = digits[1] === undefined ? Number(digits[2]) : Number.parseInt(digits[1], 16);
    const surrogate = point >= 0xd800 && point <= 0xdfff;
    const text = point > 0x10ffff || surrogate ? '\0' : String.fromCodePoint(point);
    if (hasForbiddenCharacter(text)) throw new XmlError(`has ${written}, a character that XML does not allow`);
    return text;
  }
  const text = Object.hasOwn(NAMED, name) ? NAMED[name] : undefined;
  if (text === undefined) throw new XmlError(`has ${written.slice(0, 40)}, an entity that is not defined`);
  return text;
}

/** Control characters but tab, line feed and return, and the two code points at the end of the plane. */
function hasForbiddenCharacter(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 32 && code !== 9 && code !== 10 && code !== 13) || code >= 0xfffe) return true;
  }
  return false;
}

/**
 * The names of the attributes in what follows the name of a tag.
 * @throws XmlError where they are not well-formed.
 */
export function checkAttributes(written: string): string[] {
  const names: string[] = [];
  ATTRIBUTE.lastIndex = 0;
  let at = 0;
  for (let found = ATTRIBUTE.exec(written); found !== null; found = ATTRIBUTE.exec(written)) {
    const [, name = '', double, single] = found;
    if (!isName(name) || names.includes(name)) throw new XmlError('has an attribute twice or without a proper name');
    const value = double ?? single ?? '';
    if (value.includes('<')) throw new XmlError('has a < in an attribute');
    plainText(value.replaceAll(']]>', ''));
    names.push(name);
    at = ATTRIBUTE.lastIndex;
  }
  if (written.slice(at).trim() !== '') throw new XmlError('has a tag with attributes that are not well-formed');
  return names;
}
