/**
 * HTML as a value. Whatever is put into a template is escaped (HTML Standard §13.3) unless it is such a value itself, so
 * what a stranger wrote can never become markup. Attributes are written with double quotes.
 */

/** Markup that may stand in a page as it is. Only `html` makes it. */
class Markup {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  toString(): string {
    return this.#text;
  }
}

export type Html = Markup;

/** What may be put into a template: lists are joined; nothing at all stands for what is absent. */
export type Piece = Html | string | number | false | undefined | readonly Piece[];

/**
 * @example html`<p class="${kind}">${text}</p>`
 * @throws {RangeError} where a value follows an equals sign without a quote
 */
export function html(texts: TemplateStringsArray, ...pieces: Piece[]): Html {
  const parts = pieces.map((piece, i) => {
    if (/[\w-]=$/.test(texts[i] ?? '')) throw new RangeError(`no quotes around an attribute after ${texts[i]}`);
    return `${write(piece)}${texts[i + 1] ?? ''}`;
  });
  return new Markup([texts[0], ...parts].join(''));
}

function write(piece: Piece): string {
  if (piece === undefined || piece === false) return '';
  if (piece instanceof Markup) return piece.toString();
  return typeof piece === 'object' ? piece.map(write).join('') : escapeText(String(piece));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
