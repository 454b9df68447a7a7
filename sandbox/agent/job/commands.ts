/** A logging command: `##vso[area.event name=value;name=value]data`. */
export interface Command {
  /** In lower case, such as `task.setvariable`. */
  readonly name: string
  readonly area: string
  /** Values by lower-case names. */
  readonly properties: ReadonlyMap<string, string>
  readonly data: string
}

const marker = '##vso['

/** Reads the command of a log line. The marker counts anywhere in the line; the header ends at the first `]`. */
export function parseCommand(line: string): Command | 'malformed' | undefined {
  const start = line.indexOf(marker)
  if (start === -1) return line.toLowerCase().includes('##vso') ? 'malformed' : undefined
  const end = line.indexOf(']', start)
  if (end === -1) return 'malformed'

  const header = line.slice(start + marker.length, end)
  const [, area, event, rest = ''] = /^([^\s.]+)\.([^\s.]+)(?:\s([^]*))?$/.exec(header) ?? []
  if (area === undefined || event === undefined) return 'malformed'
  return {
    name: `${area}.${event}`.toLowerCase(),
    area: area.toLowerCase(),
    properties: readProperties(rest),
    data: unescape(line.slice(end + 1)),
  }
}

function readProperties(text: string): ReadonlyMap<string, string> {
  const properties = new Map<string, string>()
  for (const pair of text.split(';')) {
    const equals = pair.indexOf('=')
    const name = pair.slice(0, equals).trim().toLowerCase()
    if (equals > 0 && name !== '') properties.set(name, unescape(pair.slice(equals + 1)))
  }
  return properties
}

/** `%AZP25` comes last, so that an escaped percent sign is not read as the start of another escape. */
function unescape(text: string): string {
  return text
    .replaceAll('%3B', ';')
    .replaceAll('%0D', '\r')
    .replaceAll('%0A', '\n')
    .replaceAll('%5D', ']')
    .replaceAll('%AZP25', '%')
}
