/** JSON Merge Patch (RFC 7396): what changes in an object, `null` taking a member away. */

/** The value with the patch laid over it; neither is changed. */
export function mergePatch(value: unknown, patch: unknown): unknown {
  if (!isTree(patch)) return patch;
  const merged: Record<string, unknown> = isTree(value) ? { ...value } : {};
  for (const [name, part] of Object.entries(patch)) {
    if (part === null) delete merged[name];
    else merged[name] = mergePatch(merged[name], part);
  }
  return merged;
}

function isTree(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
