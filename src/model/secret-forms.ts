/** Below this, a part of a base64 text says little and may be anything. */
const shortestEncoded = 8

/** What is shorter, or one of these words, would be hidden in every second line of a log, and say what it is. */
const shortestSecret = 4
const commonWords: ReadonlySet<string> = new Set(['true', 'false', 'null', 'none', 'latest', 'linux', 'docker', 'root'])

/** The lines of a secret that are worth hiding one by one; not what every PEM file has. */
export function secretLines(secret: string): readonly string[] {
  return secret
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line.length >= shortestSecret && !commonWords.has(line.toLowerCase()) && !/^-{5}/.test(line))
}

/**
 * How a secret may appear where somebody prints it: as it is, percent-encoded, as in JSON, and in base64, alone or
 * anywhere inside of something longer. The longest form comes first.
 */
export function secretForms(secret: string): readonly string[] {
  const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), ...base64Forms(secret)]
  return [...new Set(forms)].sort((one, other) => other.length - one.length)
}

/** Hides secrets in a text, in every form in which they may appear. */
export function secretsHider(secrets: Iterable<string>): (text: string) => string {
  const forms = [...secrets]
    .flatMap(secretForms)
    .filter(Boolean)
    .sort((one, other) => other.length - one.length)
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, '***'), text)
}

/**
 * Three bytes become four letters, so a secret inside of something longer looks in three ways, by where it begins. At
 * both ends, letters that hold bits of what is beside it do not belong to it.
 */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret)
  if (bytes.length < shortestEncoded) return []
  return [0, 1, 2].flatMap((offset) => {
    const bits = 8 * (offset + bytes.length)
    const letters = Buffer.concat([Buffer.alloc(offset), bytes]).toString('base64')
    const form = letters.slice(Math.ceil((8 * offset) / 6), Math.floor(bits / 6))
    return [form, form.replaceAll('+', '-').replaceAll('/', '_')]
  })
}
