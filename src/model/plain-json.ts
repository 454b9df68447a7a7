/** What `printable` and `withoutCommands` would change of a text: here it is escaped, so that it comes back when it is read. */
const changeable = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]|#(?=(?:vso)?\[)/gi

/** JSON in one line of which nothing is a control character or a command to the agent, whatever its values hold. */
export function plainJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(changeable, escape)
}

function escape(character: string): string {
  return String.raw`\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
