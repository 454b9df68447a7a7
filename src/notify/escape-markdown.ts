/**
 * Makes text show in a card as it is written: Teams reads a subset of Markdown in titles, texts and facts, resolves
 * character references, and replaces `{{DATE(...)}}`. A branch name with an underscore is not meant so.
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
 */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/[\\`*_[\]~#]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/\{\{(?=DATE|TIME)/g, String.raw`\{\{`)
    .replaceAll(/^[ \t]+/gm, '')
    .replaceAll(/^[-+>=]/gm, String.raw`\$&`)
    .replaceAll(/^(\d+)([.)])(?=\s|$)/gm, String.raw`$1\$2`)
    .replaceAll(/\n+/g, '\n\n')
}

/** Leaves out what no card can hold: control characters, and halves of characters. Trims the rest. */
export function cleanText(text: string): string {
  return text
    .replaceAll(/\r\n?/g, '\n')
    .replaceAll(/[^\P{Cc}\n\t]|\p{Surrogate}/gu, '')
    .trim()
}
