/** Tables that a command writes into a page, between `<!-- name -->` and `<!-- /name -->`. */

/** The page with another text between its markers. @throws Error where it has none of that name */
export function withMarked(page: string, name: string, text: string): string {
  const between = new RegExp(`(<!-- ${name} -->\\n)[\\s\\S]*?(<!-- /${name} -->)`);
  if (!between.test(page)) throw new Error(`The page has no markers <!-- ${name} -->.`);
  return page.replace(between, (_, from, to) => `${from}${text}\n${to}`);
}
