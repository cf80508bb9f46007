import type { Finding } from '@assay/contracts';
import { digestOf, newId, type Uuid } from '@assay/kernel';
import type { Exception, Scope } from '../src/exceptions/exception.js';

/** A vulnerability of an npm package, high unless said otherwise; its key is its id. */
export function aFinding(id: string, known: Partial<Finding> = {}): Finding {
  const name = id.toLowerCase();
  return {
    key: id,
    kind: 'vulnerability',
    group: groupOf(id),
    vulnerabilityId: id,
    aliases: [`GHSA-${id}`],
    title: `Something about ${id}`,
    severity: 'high',
    score: 7.5,
    vector: null,
    kev: null,
    epss: null,
    component: { purl: `pkg:npm/${name}@1.0.0`, name, version: '1.0.0', fixedVersion: null },
    target: '',
    engines: ['assay-osv'],
    ...known,
  };
}

/** The alias group of an id: always the same. */
export function groupOf(id: string): Uuid {
  const hex = digestOf(id).slice(7);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** An exception for a vulnerability, in the whole tenant and for ever unless said otherwise. */
export function anException(id: string, where: Partial<Scope> = {}, known: Partial<Exception> = {}): Exception {
  return {
    id: newId(),
    what: { kind: 'vulnerability', id, group: null },
    where: { kind: 'tenant', provider: null, org: null, repo: null, image: null, purl: null, ...where },
    reason: 'The affected function is never reached',
    expiresAt: null,
    grantedBy: 'user:ada',
    grantedAt: new Date('2025-12-01T00:00:00Z'),
    origin: 'manual',
    publicComment: null,
    privateComment: null,
    scopeNote: null,
    owner: null,
    approvedBy: null,
    justification: null,
    ...known,
  };
}
