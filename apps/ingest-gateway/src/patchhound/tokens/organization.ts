import { newId, type TenantSlug } from '@assay/kernel';
import { reservedSlugs } from '../../tenants/tenant.js';

/** Characters of the slug that come from the name; the rest of the 63 is for what tells two such names apart. */
const nameCharacters = 50;

/** A slug for an organization, in the order in which they are tried: what its name looks like, then that and something of its own. */
export function slugsFor(organization: string): TenantSlug[] {
  const plain = organization
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, nameCharacters)
    .replaceAll(/^-+|-+$/g, '');
  const own = newId().slice(-12);
  const usable = plain !== '' && !reservedSlugs.includes(plain);
  return usable ? [plain, `${plain}-${own}`] : [`org-${own}`];
}
