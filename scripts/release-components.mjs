/** The list of components (CycloneDX): npm's own, of what runs, with the Node that comes along; the same every time. */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `made` is the one time in it, in seconds. */
export function listComponents(root, { made }) {
  const asked = ['sbom', '--sbom-format', 'cyclonedx', '--omit', 'dev', '--package-lock-only'];
  const list = JSON.parse(execFileSync('npm', asked, { cwd: root, maxBuffer: 2 ** 26 }).toString());
  const { name } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  list.metadata.timestamp = new Date(made * 1000).toISOString();
  Object.assign(list.metadata.component, { name, type: 'application' }); // npm takes the folder's name
  const node = process.versions.node;
  list.components.push({
    'bom-ref': `node@${node}`,
    type: 'platform',
    name: 'node',
    version: node,
    scope: 'required',
    purl: `pkg:generic/node@${node}`,
    licenses: [{ license: { name: 'MIT and others' } }],
  });
  delete list.serialNumber; // random, and would be the only thing that differs
  const digest = createHash('sha256').update(JSON.stringify(list)).digest('hex');
  const uuid = digest.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-8$3-8$4-$5'); // RFC 9562 §5.8
  const { $schema, bomFormat, specVersion, ...rest } = list;
  return { $schema, bomFormat, specVersion, serialNumber: `urn:uuid:${uuid}`, ...rest };
}
