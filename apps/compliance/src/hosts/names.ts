/** Names and ids that machines have before anybody gave them one. They say nothing about which machine it is. */
const sayNothing = new Set([
  '',
  'localhost',
  'localhost.localdomain',
  'localhost4',
  'localhost6',
  'localhost.local',
  'ip6-localhost',
  'localdomain',
  'unknown',
  'none',
  '(none)',
  'null',
  'undefined',
  'uninitialized',
  'default',
  'pending',
  'host',
  'hostname',
]);

/** A host name to compare with others: trimmed, in lower case, without the final dot of DNS. Null if it says nothing. */
export function tellingName(hostname: string | null | undefined): string | null {
  const name = (hostname ?? '').trim().toLowerCase().replace(/\.$/, '');
  return sayNothing.has(name) || /^127\.|^::1$|^0\.0\.0\.0$/.test(name) ? null : name;
}

/**
 * A machine id to compare with others (systemd's 32 hexadecimal digits, a hardware UUID), in lower case. Null if it says
 * nothing: too short to be unlikely, or one digit throughout, as images have them that were made without care.
 */
export function tellingMachineId(machineId: string | null | undefined): string | null {
  const id = (machineId ?? '').trim().toLowerCase();
  if (sayNothing.has(id) || id.length < 8) return null;
  return /^(.)\1*$/.test(id.replaceAll('-', '')) ? null : id;
}
