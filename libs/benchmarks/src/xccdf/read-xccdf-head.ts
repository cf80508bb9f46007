import type { FirstPass } from '../first-pass.js';
import { XmlParser } from '../xml/xml-parser.js';
import { XccdfHeadListener } from './xccdf-head-listener.js';
import { XccdfWalker } from './xccdf-walker.js';

/** What an XCCDF or ARF document says of its scans: all but rules' texts and single results. */
export async function readXccdfHead(form: 'xccdf' | 'arf', source: AsyncIterable<Uint8Array>): Promise<FirstPass> {
  const listener = new XccdfHeadListener(form);
  const parser = new XmlParser(new XccdfWalker(listener));
  for await (const chunk of source) parser.write(chunk);
  parser.end();
  return listener.toFirstPass();
}
