/** The labels of what a bulletin holds, from the schemas and code lists that come with the program. */

import { parseYaml } from '../base/yaml.ts';
import { buildLabels, type Labels } from '../bulletin/labels.ts';
import { loadSchemas, shippedCodes, shippedSchemas } from '../shipped.ts';
import { readText } from './files.ts';

export async function readLabels(): Promise<Labels> {
  const { value } = parseYaml(await readText(shippedCodes()));
  return buildLabels(loadSchemas(shippedSchemas()), value as Parameters<typeof buildLabels>[1]); // its form is tested with the file
}
