import type { MessageSource } from '../outbound/webhook-message.js';
import { alertNameOf } from './alert-name.js';
import { factsOf, linesOf, linkOf } from './message-facts.js';
import { cut } from './plain-text.js';

/** Characters of a title, of all lines, of one fact: together far below the 28 KiB that a Teams webhook takes. */
const mostTitle = 256;
const mostLines = 6_000;
const mostFact = 500;

/** An adaptive card for a Teams workflow, "When a Teams webhook request is received". */
export function teamsBody(source: MessageSource, publicUrl: string): object {
  const link = linkOf(source, publicUrl);
  const title = alertNameOf(source.eventName, source.content.details) ?? source.title;
  const lines = linesOf(source).map(markless).join('\n\n');
  const facts = factsOf(source).map(({ title: heading, value }) => ({
    title: heading,
    value: cut(markless(value), mostFact),
  }));
  const text = { type: 'TextBlock', wrap: true };
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.4',
          body: [
            { ...text, size: 'Large', weight: 'Bolder', style: 'heading', text: cut(markless(title), mostTitle) },
            ...(lines === '' ? [] : [{ ...text, text: cut(lines, mostLines) }]),
            { type: 'FactSet', facts },
          ],
          ...(link === null ? {} : { actions: [{ type: 'Action.OpenUrl', title: 'Open', url: link }] }),
          msteams: { width: 'Full' },
        },
      },
    ],
  };
}

/** Adaptive cards read a little markdown: emphasis, links and lists (Adaptive Cards, "Text features"). */
function markless(text: string): string {
  return text
    .replaceAll(/\p{Cc}+/gu, ' ')
    .replaceAll(/[\\*[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^[#-]/gu, '\\$&')
    .replaceAll('<', '‹');
}
