/** What a reader finds on a page: its text without tags, entities resolved, spaces made single. */
export function textOf(html: string): string {
  return resolved(
    html
      .replace(/<(script|style)\b.*?<\/\1>/gs, '')
      .replace(/<[^>]*>/g, ' ')
      .replace(/[\s\u00a0]+/g, ' '),
  ).trim();
}

/** The title of a page. */
export function titleOf(html: string): string {
  return resolved(/<title>(.*?)<\/title>/s.exec(html)?.[1] ?? '');
}

/** The text of the table whose heading has an id; undefined where there is no such heading. */
export function tableUnder(html: string, id: string): string | undefined {
  const at = html.indexOf(`id="${id}"`);
  if (at < 0) return undefined;
  const from = html.indexOf('<table', at);
  return textOf(html.slice(from, html.indexOf('</table>', from)));
}

function resolved(text: string): string {
  return text
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&#39;/g, "'")
    .replace(/&amp;/g, '&');
}
