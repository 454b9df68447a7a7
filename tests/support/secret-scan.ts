import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { secretForms } from '../../src/model/secret-forms.ts'

/**
 * Fails where one of these texts, given by where it was found, holds a secret: as it is, in base64, as part of a URL or
 * of JSON.
 */
export function assertShowsNoSecret(texts: Readonly<Record<string, string>>, secrets: readonly string[]): void {
  const forms = new Set(secrets.filter((secret) => secret !== '').flatMap(secretForms))
  for (const [place, text] of Object.entries(texts)) {
    for (const form of forms) {
      const found = text.indexOf(form)
      assert.ok(found < 0, `a secret in the ${place}: …${text.slice(Math.max(0, found - 200), found + 8)}…`)
    }
  }
}

/** The contents of all files below a folder. */
export async function readAll(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  return Promise.all(files.map((file) => readFile(file, 'latin1')))
}

/** The command lines of all processes of this machine, looked at every few milliseconds until `stop`. */
export function watchCommandLines(): { stop(): readonly string[] } {
  const seen = new Set<string>()
  const timer = setInterval(() => {
    for (const process of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        seen.add(readFileSync(`/proc/${process}/cmdline`, 'utf8'))
      } catch {
        // It has ended meanwhile.
      }
    }
  }, 25)
  return {
    stop() {
      clearInterval(timer)
      return [...seen]
    },
  }
}
