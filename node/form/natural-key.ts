/** What makes a spreadsheet's row the same record again, read from the body that it became. */

import { textAt } from '../base/pointer.ts';
import { forms } from './forms.ts';
import { keyPart } from './row.ts';

/** As `row.ts` makes it of a row; undefined for a type without a form, or a body without the parts. */
export function naturalKeyOf(type: string, uscc: string, body: unknown): string | undefined {
  const form = forms.get(type);
  const parts = form?.key.map((path) => (path === 'subject.uscc' ? uscc : textAt(body, path)));
  if (!form || !parts || parts.some((part) => part === undefined)) return undefined;
  return [form.type, ...parts.map((part) => keyPart(part ?? ''))].join('|');
}

/** USCC of the authority that may move such a record. */
export function authorityOf(type: string, body: unknown): string | undefined {
  const form = forms.get(type);
  return form && textAt(body, form.authority);
}
