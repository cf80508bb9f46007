import { badRequest } from '../patchhound.errors.js';
import type { Fields } from './read-fields.service.js';

/**
 * The values of fields that must be there, by name.
 *
 * @param labels what each is called in the complaint, in its order
 * @throws AssayError `patchhound.bad-request`, `Missing: …`
 */
export function requiredFields<Name extends string>(
  fields: Fields,
  labels: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const names = Object.keys(labels) as Name[];
  const missing = names.filter((name) => !fields[name]);
  if (missing.length > 0) throw badRequest(`Missing: ${missing.map((name) => labels[name]).join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, fields[name]])) as Record<Name, string>;
}
