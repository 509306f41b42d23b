/** Nodes as their operators run them, some of them behind a gate at their endpoint in the agreement. */

import { type Gate, openGate } from './gate.ts';
import { type Places, type PlacesOptions, preparePlaces } from './places.ts';

export interface GatedPlaces extends Places {
  /** The gate before a member's node, which lets all pass until it is told otherwise. */
  gate(id: string): Gate;
}

/** @param ids whose nodes are reached through a gate */
export async function prepareGatedPlaces(ids: readonly string[], options: PlacesOptions = {}): Promise<GatedPlaces> {
  const gates = new Map<string, Gate>();
  for (const id of ids) gates.set(id, await openGate());
  const places = await preparePlaces({
    ...options,
    change(agreement) {
      for (const member of agreement.members) member.endpoint = gates.get(member.id)?.url ?? member.endpoint;
      options.change?.(agreement);
    },
  });
  for (const [id, gate] of gates) gate.target = places.place(id).url;
  return {
    ...places,
    gate: (id) => gates.get(id) as Gate, // of those named
    async close() {
      await places.close();
      for (const gate of gates.values()) await gate.close();
    },
  };
}
