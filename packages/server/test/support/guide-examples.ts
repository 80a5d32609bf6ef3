import { readFileSync } from 'node:fs';

const ROOT = new URL('../../../../', import.meta.url);

/** A request that a guide shows as a `curl` command. */
export interface CurlExample {
  readonly method: string;
  /** Where it is sent, as the guide has it: `http://127.0.0.1:8080/fhir/metadata`. */
  readonly address: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | undefined;
}

/** The text of a page of the project: `docs/dmd.md`. */
export function guide(path: string): string {
  return readFileSync(new URL(path, ROOT), 'utf8');
}

/** The blocks of a language in a page, one after another. */
export function blocks(page: string, language: string): string[] {
  return [...page.matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, of, text = '']) => (of === language ? [text] : []));
}

/** The requests that a page shows, in order, read as a shell reads them. */
export function curlExamples(page: string): CurlExample[] {
  return blocks(page, 'sh').flatMap((block) =>
    [...block.matchAll(/^curl /gm)].map(({ index }) => requestOf(wordsOf(block.slice(index)).slice(1))),
  );
}

/** The words of the first command of a text, which may be quoted, escaped, and go on over several lines. */
function wordsOf(text: string): string[] {
  const words: string[] = [];
  let word: string | undefined;
  const parts = text.matchAll(/'([^']*)'|"([^"]*)"|\\(.)|([^\s'"\\]+)|\\\n|[ \t]+|\n/gy);
  for (const [part, single, double, escaped, plain] of parts) {
    const more = single ?? double ?? escaped ?? plain;
    if (more !== undefined) word = (word ?? '') + more;
    else {
      if (word !== undefined) words.push(word);
      word = undefined;
      if (part === '\n') break;
    }
  }
  return word === undefined ? words : [...words, word];
}

function requestOf(words: readonly string[]): CurlExample {
  const headers: { [name: string]: string } = {};
  const request: { method?: string; address?: string; body?: string } = {};
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '-X') request.method = rest.shift();
    else if (word === '-d') request.body = rest.shift();
    else if (word === '-H') {
      const [name = '', value = ''] = (rest.shift() ?? '').split(': ');
      headers[name.toLowerCase()] = value;
    } else if (!word.startsWith('-')) request.address = word;
  }
  const { method, address = '', body } = request;
  return {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    address: new URL(address.includes('://') ? address : `http://${address}`),
    ...{ headers, body },
  };
}
