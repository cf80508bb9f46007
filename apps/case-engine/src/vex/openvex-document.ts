import type { TenantSlug } from '@assay/kernel';
import { digestOf, hexOf } from '@assay/kernel';
import type { Exception, Scope } from '../exceptions/exception.js';

/** An exception with how it stands, and what the VEX document said that it came from, if it came from one. */
export interface Stated extends Exception {
  readonly proposed: boolean;
  readonly vexStatus: string | null;
}

/** Of what somebody wants a document: a repository, an image, or null for the whole tenant. */
export interface DocumentOf {
  readonly tenant: TenantSlug;
  readonly repository: { readonly org: string; readonly repo: string } | null;
  readonly image: string | null;
}

export interface OpenVexDocument {
  readonly '@context': string;
  readonly '@id': string;
  readonly author: string;
  readonly timestamp: string;
  readonly last_updated: string;
  readonly version: number;
  readonly tooling: string;
  readonly statements: readonly OpenVexStatement[];
}

export interface OpenVexStatement {
  readonly '@id': string;
  readonly vulnerability: { readonly name: string };
  readonly products: readonly Product[];
  readonly timestamp: string;
  readonly status: 'not_affected' | 'affected' | 'fixed' | 'under_investigation';
  readonly justification?: string;
  readonly impact_statement?: string;
  readonly action_statement?: string;
}

interface Product {
  readonly '@id': string;
  readonly subcomponents?: readonly { readonly '@id': string }[];
}

const base = 'https://assay.dev/vex';

/**
 * The OpenVEX 0.2.0 document of what is excepted: its id follows from tenant, repository and image, its version from the
 * changes that were made. Null where there is nothing to state, since a document needs a statement. What is no
 * vulnerability and what is private stays out.
 */
export function openVexOf(
  of: DocumentOf,
  exceptions: readonly Stated[],
  revision: { readonly version: number; readonly first: Date; readonly last: Date },
): OpenVexDocument | null {
  const statements = exceptions.filter(isVulnerability).map((each) => statementOf(each, of));
  if (statements.length === 0) return null;
  const { tenant, repository, image } = of;
  return {
    '@context': 'https://openvex.dev/ns/v0.2.0',
    '@id': `${base}/${tenant}/${hexOf(digestOf(JSON.stringify([tenant, repository, image])))}`,
    author: tenant,
    timestamp: revision.first.toISOString(),
    last_updated: revision.last.toISOString(),
    version: revision.version,
    tooling: 'Assay',
    statements,
  };
}

/** An id of which nobody said what it is names a vulnerability if one is known by it, or if it looks like one. */
function isVulnerability({ what }: Exception): boolean {
  if (what.kind === 'vulnerability') return true;
  return (
    what.kind === 'any' && (what.group !== null || /^(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3})$/i.test(what.id))
  );
}

function statementOf(exception: Stated, of: DocumentOf): OpenVexStatement {
  return {
    '@id': `${base}/${of.tenant}/statements/${exception.id}`,
    vulnerability: { name: exception.what.id },
    products: [productOf(exception.where, of)],
    timestamp: exception.grantedAt.toISOString(),
    ...saidOf(exception),
  };
}

/** An accepted risk is one that is there: affected, and what is done about it. */
function saidOf(
  exception: Stated,
): Pick<OpenVexStatement, 'status' | 'justification' | 'impact_statement' | 'action_statement'> {
  const { proposed, justification, publicComment, origin, vexStatus } = exception;
  if (proposed) return { status: 'under_investigation' };
  if (vexStatus === 'fixed') return { status: 'fixed' };
  if (justification !== null) {
    return {
      status: 'not_affected',
      justification,
      ...(publicComment === null ? {} : { impact_statement: publicComment }),
    };
  }
  if (origin === 'vex') {
    return { status: 'not_affected', impact_statement: publicComment ?? 'Stated by the VEX document of the supplier' };
  }
  return { status: 'affected', action_statement: publicComment ?? 'The risk is accepted; nothing is done about it' };
}

function productOf(where: Scope, of: DocumentOf): Product {
  const whole = placeOf(where, of);
  if (where.purl === null) return { '@id': whole ?? `pkg:generic/${encodeURIComponent(of.tenant)}` };
  return whole === null ? { '@id': where.purl } : { '@id': whole, subcomponents: [{ '@id': where.purl }] };
}

/** The image or repository that an exception is limited to, else the one that the document is about. */
function placeOf(where: Scope, { repository, image }: DocumentOf): string | null {
  if (where.image !== null) return imagePurl(where.image, where.imageVersion ?? null);
  if (where.repo !== null) return repositoryPurl(where.provider, where.org ?? '', where.repo);
  if (image !== null) return imagePurl(image, null);
  return repository === null ? null : repositoryPurl(null, repository.org, repository.repo);
}

function imagePurl(image: string, version: string | null): string {
  const name = encodeURIComponent(image.slice(image.lastIndexOf('/') + 1));
  const isDigest = version?.includes(':') ?? false;
  const at = isDigest ? `@${encodeURIComponent(version!)}` : '';
  const qualifiers = [
    ...(image.includes('/') ? [`repository_url=${encodeURIComponent(image)}`] : []),
    ...(version !== null && !isDigest ? [`tag=${encodeURIComponent(version)}`] : []),
  ];
  return `pkg:oci/${name}${at}${qualifiers.length === 0 ? '' : `?${qualifiers.join('&')}`}`;
}

function repositoryPurl(provider: string | null, org: string, repo: string): string {
  const type = provider !== null && ['github', 'gitlab', 'bitbucket'].includes(provider) ? provider : 'generic';
  const path = [...org.split('/'), repo].filter((part) => part !== '').map(encodeURIComponent);
  return `pkg:${type}/${path.join('/')}`;
}
