/** An app of its own over what a running node is made of, to see it with other settings. */

import type { Node } from '../../node/compose.ts';
import { createConsole } from '../../node/console/console.ts';
import { createApp } from '../../node/http/app.ts';
import { listen } from '../../node/http/listen.ts';
import type { RunningNode } from './network.ts';

export interface Served {
  url: string;
  close(): Promise<void>;
}

export async function serveNode({ node }: RunningNode, replace: Partial<Node>): Promise<Served> {
  const parts = { ...node, ...replace, config: { ...node.config, ...replace.config } };
  const app = createApp(parts, (limits) => createConsole(parts, limits));
  const { server, url } = await listen(app, { host: '127.0.0.1', port: 0 });
  return {
    url,
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
