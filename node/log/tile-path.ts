/** Which tile an address below `tile/` names (C2SP tlog-tiles, Merkle Tree): `0/x001/x234/067.p/8`. */

export interface TileName {
  level: number;
  /** Within its level, from 0. */
  index: number;
  /** How many hashes of it are meant: 256, or fewer of a partial tile. */
  width: number;
}

export const tileHashBytes = 32;
const fullWidth = 256;
const pathPattern = /^(0|[1-9]\d?)\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/;

/** Undefined for what is no name of a hash tile, or not the one spelling of it; entry bundles are none. */
export function parseTilePath(path: string): TileName | undefined {
  const [, level, digits = '', partial] = pathPattern.exec(path) ?? [];
  const index = Number(digits.replaceAll(/[x/]/g, ''));
  const name = { level: Number(level), index, width: partial === undefined ? fullWidth : Number(partial) };
  const isTile = level !== undefined && name.level <= 63 && (partial === undefined || name.width < fullWidth);
  return isTile && formatTilePath(name) === path ? name : undefined;
}

export function formatTilePath({ level, index, width }: TileName): string {
  const groups: string[] = [];
  for (let rest = index; groups.length === 0 || rest > 0; rest = Math.floor(rest / 1000)) {
    const group = String(rest % 1000).padStart(3, '0');
    groups.unshift(groups.length === 0 ? group : `x${group}`);
  }
  return `${level}/${groups.join('/')}${width === fullWidth ? '' : `.p/${width}`}`;
}
