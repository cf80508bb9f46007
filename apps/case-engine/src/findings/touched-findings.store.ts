import type { Finding } from '@assay/contracts';
import type { Uuid } from '@assay/kernel';
import type { Transaction } from '@assay/persistence';
import { Injectable } from '@nestjs/common';
import { type Exception, rulesOfSemgrepId } from '../exceptions/exception.js';
import { type Judged, placeOf, type State } from './judgement.js';

/** An open interval that an exception may be about. */
export interface Touched extends Judged {
  readonly caseId: number;
  readonly group: Uuid | null;
  readonly place: string;
}

interface TouchedRow {
  readonly case_id: number;
  readonly key: string;
  readonly state: State;
  readonly exception_id: Uuid | null;
  readonly grp: Uuid | null;
  readonly detail: Finding;
}

/** Finds what exceptions are about, by every name of the vulnerability and within their scopes. */
@Injectable()
export class TouchedFindingsStore {
  async find(tx: Transaction, exceptions: readonly Exception[]): Promise<Touched[]> {
    // A semgrep id of PatchHound has the rule in it, and does not say where the rule ends.
    const named = exceptions.flatMap(({ what, where }) =>
      [what.id, ...rulesOfSemgrepId(what.id)].map((id) => ({ id, group: what.group, where })),
    );
    const scopes = named.map(({ where }) => where);
    const rows = await tx.query<TouchedRow>(
      `with target as (
         select * from unnest($1::text[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[])
           as x(id, grp, kind, provider, org, repo, image)
       ), named as (
         select * from target
         union all
         select x.id, n.grp, x.kind, x.provider, x.org, x.repo, x.image
           from target x join vulnerability_names n on n.name = x.id
       ), found as (
         select f.case_id, f.key, x.* from named x join findings f on f.vulnerability_id = x.id and f.known_until is null
         union
         select f.case_id, f.key, x.* from named x join findings f on f.grp = x.grp and f.known_until is null
       )
       select distinct on (f.case_id, f.key) f.case_id, f.key, f.state, f.exception_id, f.grp, f.detail
         from found x
         join cases c on c.id = x.case_id
         join findings f on f.case_id = x.case_id and f.key = x.key and f.known_until is null
        where (x.repo is null or (c.repo = x.repo and c.org = coalesce(x.org, '')))
          and (x.provider is null or c.provider = x.provider)
          and (x.image is null or c.image_name = x.image)
        order by f.case_id, f.key`,
      [
        named.map(({ id }) => id),
        named.map(({ group }) => group),
        scopes.map(({ kind }) => kind),
        scopes.map(({ provider }) => provider),
        scopes.map(({ org }) => org),
        scopes.map(({ repo }) => repo),
        scopes.map(({ image }) => image),
      ],
    );
    return rows.map(({ case_id, key, state, exception_id, grp, detail }) => {
      const finding = { ...detail, key, group: grp };
      return { caseId: case_id, finding, state, exceptionId: exception_id, group: grp, place: placeOf(finding) };
    });
  }
}
