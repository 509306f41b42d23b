/** What an auditor's mirror needs from outside: the tables that a node has, the agreement's judgement, and the members' nodes. */

import type { Agreements } from '../agreement/agreements.ts';
import type { Hash, NewId, Now, VerifySignature } from '../base/ports.ts';
import type { Facts } from '../base/problem.ts';
import type { Client } from '../federation/client.ts';
import type { Cosigner } from '../federation/cosign.ts';
import type { Laws } from '../federation/law.ts';
import type { Members } from '../federation/members.ts';
import type { ExchangeStore } from '../federation/ports.ts';

export interface MirrorStore extends Pick<ExchangeStore, 'log' | 'peers'> {
  transaction<T>(work: (store: MirrorStore) => Promise<T>): Promise<T>;
}

export interface MirrorNeeds {
  store: MirrorStore;
  agreements: Agreements;
  laws: Laws;
  members: Pick<Members, 'logsOf' | 'logKeys'>;
  /** Keeps checkpoints that were shown, and tells a fork. */
  sights: Pick<Cosigner, 'see'>;
  /** The nodes that are asked, by member id. */
  clients: ReadonlyMap<string, Client>;
  hash: Hash;
  verifySignature: VerifySignature;
  now: Now;
  newId: NewId;
  /** Told after each page how many leaves of a log are held, and how many it is followed to. */
  onPage?: (origin: string, held: number, of: number) => void;
}

/** What a member's node showed. */
export interface NodeView {
  member: string;
  /** Why it did not answer; absent when it did. */
  trouble?: string;
  /** The largest checkpoint that it has seen, log by log. */
  shown: { origin: string; size: number }[];
}

/** A checkpoint or a page that was not taken, from whom and why. */
export interface Trouble {
  /** The log that it is about. */
  origin: string;
  /** The member whose node gave it, or the name of the evidence file. */
  from: string;
  code: string;
  facts: Facts;
}

/** What a round over all nodes and logs amounts to. */
export interface Followed {
  nodes: NodeView[];
  troubles: Trouble[];
}
