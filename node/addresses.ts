/** Whom the node may call by the agreement of the moment, and by which key each is known. */

import type { Agreement } from './agreement/agreement.ts';

export interface Addresses {
  allowedOrigins(): ReadonlySet<string>;
  /** Of the members whose endpoint is there; none for whoever is no member, or has no pins. */
  pinsOf(origin: string): readonly string[];
}

/** @param version its agreement is looked at anew whenever it is another one */
export function createAddresses(version: { readonly agreement: Agreement }): Addresses {
  let read: Agreement | undefined;
  let pins: ReadonlyMap<string, readonly string[]> = new Map();
  let allowed: ReadonlySet<string> = new Set();
  const now = () => {
    const { agreement } = version;
    if (agreement === read) return;
    read = agreement;
    pins = collectPins(agreement);
    allowed = new Set([...pins.keys(), ...(agreement.witnesses ?? []).map(({ url }) => new URL(url).origin)]);
  };
  return {
    allowedOrigins() {
      now();
      return allowed;
    },
    pinsOf(origin) {
      now();
      return pins.get(origin) ?? [];
    },
  };
}

/** Members behind one origin are behind one certificate, so any of their pins will do. */
function collectPins({ members }: Agreement): Map<string, readonly string[]> {
  const pins = new Map<string, readonly string[]>();
  for (const { endpoint, certificatePins = [] } of members) {
    const { origin } = new URL(endpoint);
    pins.set(origin, [...(pins.get(origin) ?? []), ...certificatePins]);
  }
  return pins;
}

/** The member whose endpoint an address belongs to; undefined for nobody's. */
export function memberAt({ members }: Agreement, url: string): string | undefined {
  const { origin } = new URL(url);
  return members.find(({ endpoint }) => new URL(endpoint).origin === origin)?.id;
}
