import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { askedSecrets } from '../src/dockerfile/asked-names.ts'
import type { DockerfileSource } from '../src/dockerfile/dockerfile-source.ts'
import { codeOf } from '../src/model/error-text.ts'
import { invalidInput } from '../src/model/invalid-input.ts'
import { InvalidValue } from '../src/model/invalid-value.ts'
import type { Mask } from '../src/model/mask.ts'
import type { NumberedLine } from '../src/model/numbered-line.ts'
import { secretForms } from '../src/model/secret-forms.ts'
import { splitAssignment } from './parse-assignments.ts'

/** Secrets by the id that a Dockerfile mounts them under. */
export type BuildSecrets = Readonly<Record<string, string>>

const shortestSecret = 4
/** BuildKit takes no longer one. https://github.com/moby/buildkit/blob/master/session/secrets/secrets.go */
const largestSecret = 500 * 1024
const filePrefix = 'file:'

/**
 * Lines of `<id>=<secret>` or `<id>=file:<path>`, by id. Each secret is hidden in the log from here on, in every form in
 * which it may be printed. Throws InvalidValue for a line that is none; the line itself may be a secret and is not shown.
 */
export function parseSecrets(lines: readonly NumberedLine[], mask: Mask): BuildSecrets {
  return Object.fromEntries(lines.map((line) => parseSecret(line, mask)))
}

function parseSecret({ text, number: line }: NumberedLine, mask: Mask): [id: string, secret: string] {
  const [id = '', written = ''] = splitAssignment(text) ?? []
  const isFile = written.startsWith(filePrefix)
  const secret = isFile ? readSecretFile(written.slice(filePrefix.length), line) : written
  if ((secret !== '' || isFile) && secret.trim().length < shortestSecret) {
    const problem = `has a secret of less than ${String(shortestSecret)} characters, and hiding it would hide half the log`
    throw new InvalidValue(problem, 'Give a longer secret', { line })
  }
  if (isFile) mask(secret)
  else for (const form of secretForms(secret === '' ? text : secret)) mask(form)
  if (/^[\w.-]+$/.test(id) && secret !== '') return [id, secret]
  const form =
    'Write it as id=$(secretVariable), and a value of several lines as id=file:<path of a file that holds it>'
  throw new InvalidValue('is not a secret', form, { line })
}

/** A file keeps its line ends and blanks, as the lines of an input do not. */
function readSecretFile(path: string, line: number): string {
  let content: Buffer
  try {
    content = readFileSync(resolve(path))
  } catch (cause) {
    const problem = `names a file that cannot be read (${codeOf(cause) ?? 'unknown reason'})`
    throw new InvalidValue(problem, 'Give the path of a file behind "file:"', { line, cause })
  }
  if (content.length > largestSecret) throw new InvalidValue('names a file of more than 500 KB', undefined, { line })
  const text = content.toString()
  if (Buffer.from(text).equals(content)) return text
  throw new InvalidValue('names a file that is not text in UTF-8', 'Encode it in base64', { line })
}

/** The builder itself reads these when it fetches for ADD. */
const builderSecret = /^(?:GIT|HTTP)_AUTH_(?:TOKEN|HEADER)/

/**
 * Throws InvalidInput where the Dockerfile mounts no secret of an id: it is misspelt, or a line of a longer value. Ids
 * are not shown, since they may be part of such a value.
 */
export function requireMounts(input: string, secrets: BuildSecrets, dockerfile: DockerfileSource): void {
  const asked = askedSecrets(dockerfile.parsed)
  if (asked === undefined) return
  const unasked = Object.keys(secrets).filter((id) => !asked.has(id) && !builderSecret.test(id))
  if (unasked.length === 0) return
  const ids = asked.size === 0 ? 'no secret' : [...asked].sort().join(', ')
  const count = unasked.length === 1 ? 'an id' : `${String(unasked.length)} ids`
  throw invalidInput(
    input,
    `has ${count} that ${dockerfile.path} does not ask for: its RUN --mount=type=secret names ${ids}`,
    'Correct the id. If a value has several lines, write it to a file and give id=file:<path>',
  )
}
