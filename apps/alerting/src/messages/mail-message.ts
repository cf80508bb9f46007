import type { MessageSource } from '../outbound/webhook-message.js';
import { alertNameOf } from './alert-name.js';
import { factsOf, linesOf, linkOf } from './message-facts.js';
import { cut } from './plain-text.js';

/** Characters of a subject line: what lists of mails show, with room to spare (RFC 5322 §2.1.1 asks for lines below 998). */
const mostSubject = 200;

/** An alert as a mail: plain text, so that nothing in it is markup. */
export function mailOf(source: MessageSource, publicUrl: string): { readonly subject: string; readonly text: string } {
  const link = linkOf(source, publicUrl);
  const title = alertNameOf(source.eventName, source.content.details) ?? source.title;
  const facts = factsOf(source).map((fact) => `${fact.title}: ${fact.value}`);
  const paragraphs = [
    source.title,
    linesOf(source)
      .map((line) => `- ${line}`)
      .join('\n'),
    facts.join('\n'),
    ...(link === null ? [] : [link]),
  ];
  const text = paragraphs.filter((each) => each !== '').join('\n\n');
  return { subject: cut(`[Assay] ${title.replaceAll(/\p{Cc}+/gu, ' ')}`, mostSubject), text: `${text}\n` };
}
