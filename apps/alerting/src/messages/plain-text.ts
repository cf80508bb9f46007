/** Zero-width space: breaks what a reader would take for markup, and shows nothing. */
const gap = '\u200b';

/** Cuts a text to so many characters, with an ellipsis in place of what is gone, and never through a surrogate pair. */
export function cut(text: string, most: number): string {
  return text.length <= most
    ? text
    : `${text
        .slice(0, Math.max(0, most - 1))
        .toWellFormed()
        .replace(/\ufffd$/, '')}…`;
}

/**
 * A text that Slack shows as it is: the three characters of its control sequences as entities, so that `<!channel>` and
 * `<https://…|link>` stay words (Slack, "Formatting text for app surfaces"), and marks at the edge of a word broken.
 */
export function slackText(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/(?<![\p{L}\p{N}])[*_~`]|[*_~`](?![\p{L}\p{N}])|`/gu, `${gap}$&${gap}`)
    .replaceAll(/@(?=channel|here|everyone)/gi, `@${gap}`);
}

/**
 * A text that Discord shows as it is: marks behind a backslash, mentions broken. An underscore inside a word is no mark
 * there, and stays alone so that names of packages can be copied.
 */
export function discordText(text: string): string {
  return oneLine(text)
    .replaceAll(/[\\*~`|[\]<]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])|^[#>-]/gu, '\\$&')
    .replaceAll('@', `@${gap}`);
}

/** Texts of others never begin a line of ours, and control characters are for nobody to see. */
function oneLine(text: string): string {
  return text
    .toWellFormed()
    .replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ')
    .trim();
}
