import { type JsonObject, listOf, objectOf, textOf, textsOf } from './json-fields.js';
import { parsePurl } from './purl.js';
import { isPlaceType } from './scope-of-product.js';

interface Named {
  readonly name: string;
  readonly purl: string | null;
}

/** The product tree of a CSAF document (CSAF 2.0 §3.2.2): which package a product id means. */
export class CsafProducts {
  private readonly products = new Map<string, Named>();
  private readonly relations = new Map<string, { readonly part: string; readonly whole: string }>();
  private readonly groups = new Map<string, readonly string[]>();

  constructor(tree: JsonObject) {
    for (const each of listOf(tree['full_product_names'])) this.add(objectOf(each));
    this.walk(listOf(tree['branches']));
    for (const each of listOf(tree['relationships']).map(objectOf)) {
      const id = this.add(objectOf(each['full_product_name']));
      const [part, whole] = [textOf(each['product_reference'], 500), textOf(each['relates_to_product_reference'], 500)];
      this.relations.set(id, { part, whole });
    }
    for (const each of listOf(tree['product_groups']).map(objectOf)) {
      this.groups.set(textOf(each['group_id'], 500), textsOf(each['product_ids']));
    }
  }

  /**
   * Package URLs of the product, and of the part of it that is meant. Of a package that is part of an operating system or
   * some other product that no run is known by, the package alone is meant. Null where there is no package URL.
   */
  find(id: string): { readonly product: string; readonly component: string | null } | null {
    const own = this.products.get(id)?.purl ?? null;
    if (own !== null) return { product: own, component: null };
    const part = this.partOf(id);
    if (part === null) return null;
    const whole = this.products.get(this.relations.get(id)!.whole)?.purl ?? null;
    const isPlace = whole !== null && isPlaceType(parsePurl(whole)?.type ?? '');
    return isPlace ? { product: whole, component: part } : { product: part, component: null };
  }

  nameOf(id: string): string {
    return this.products.get(id)?.name || id.slice(0, 200);
  }

  inGroups(ids: readonly string[]): string[] {
    return ids.flatMap((id) => this.groups.get(id) ?? []);
  }

  /** A part may itself be a relation; a relation to itself ends nowhere. */
  private partOf(id: string): string | null {
    const seen = new Set<string>();
    for (let at = this.relations.get(id)?.part; at !== undefined && !seen.has(at); at = this.relations.get(at)?.part) {
      const purl = this.products.get(at)?.purl ?? null;
      if (purl !== null) return purl;
      seen.add(at);
    }
    return null;
  }

  private walk(branches: readonly unknown[]): void {
    const left = [...branches];
    for (let branch = left.pop(); branch !== undefined; branch = left.pop()) {
      const { product, branches: below } = objectOf(branch);
      if (product !== undefined) this.add(objectOf(product));
      left.push(...listOf(below));
    }
  }

  private add(product: JsonObject): string {
    const id = textOf(product['product_id'], 500);
    const helper = objectOf(product['product_identification_helper']);
    // CSAF 2.1 has a list of them.
    const purl = textOf(helper['purl'] ?? listOf(helper['purls'])[0], 500);
    this.products.set(id, { name: textOf(product['name'], 200), purl: purl.startsWith('pkg:') ? purl : null });
    return id;
  }
}
