/** Which addresses stay on the machine. Plain HTTP is spoken with these and no others (docs/protocol.md, Talking to a peer). */

/**
 * Whether a host, as a URL or a socket names it, is this machine itself: 127.0.0.0/8 (RFC 1122 §3.2.1.3), ::1
 * (RFC 4291 §2.5.3) or `localhost` (RFC 6761 §6.3).
 */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase();
  if (name === 'localhost' || name === '::1' || name === '[::1]') return true;
  return /^127(\.\d{1,3}){3}$/.test(name) && name.split('.').every((part) => Number(part) <= 255);
}

/** Whether the address is `https:`, or `http:` on loopback; false for what is no address. */
export function isSafeAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
}
