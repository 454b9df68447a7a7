import { type Digest, shortDigest } from '../model/digest.ts'
import { InvalidInput } from '../model/invalid-input.ts'
import { formatReference, parseReference } from '../model/reference.ts'
import { versionTag } from '../model/release-line.ts'
import { compareWithCurrentRelease } from './compare-with-current-release.ts'
import { PushRefusedError } from './image-store.ts'
import { type EnsuredVersion, lookUpVersion, originOf, type VersionToPublish } from './look-up-version.ts'
import { pauseAfter } from './pause-after.ts'
import type { PublishPorts } from './ports.ts'
import { PublishError, withPublishProgress } from './publish-error.ts'
import { pushVersion } from './push-version.ts'
import { listTags, readStoredOrigin } from './read-repository.ts'

export interface WantedVersion extends VersionToPublish {
  readonly repositoryUri: string
}

/**
 * Publishes the version, unless it is there already: from an earlier attempt of this run, or with the same content from
 * another run. Throws an Error where the line has moved on otherwise; then nothing was changed. The line is looked at
 * before the push, when the push fails (somebody may have been faster, or only the answer got lost), and after it. What
 * may pass is tried again: engines repeat the layers of a push, but not its end.
 */
export async function ensureVersion(wanted: WantedVersion, ports: PublishPorts): Promise<EnsuredVersion> {
  const before = await lookUpVersion(wanted, ports)
  if (before.published !== undefined) return before.published
  if (before.state === 'unknown') {
    ports.log.warning(
      `${wanted.name} carries no record of a check, so only the tag tells whether ${targetOf(wanted).tag} is free.`,
    )
  }
  const target = targetOf(wanted)
  for (let push = 1; ; push += 1) {
    try {
      const digest = await pushVersion(wanted, target, ports)
      ports.log.info(`Pushed ${formatReference(target)}  ${shortDigest(digest)}`)
      return await readBack(wanted, digest, ports)
    } catch (error) {
      if (!(error instanceof PushRefusedError)) throw error
      const published = await lookUpAfterRefusal(wanted, error, ports)
      if (published !== undefined) return published
      const pause = pauseAfter(error.refusal, push)
      if (pause === undefined) throw new PublishError({ what: 'push-refused', refused: error }, { cause: error })
      ports.log.info(`Trying again: cannot ${error.operation}: ${error.words}`)
      await ports.pause(pause)
    }
  }
}

function targetOf({ releaseLine, version, repositoryUri }: WantedVersion) {
  return { ...parseReference(repositoryUri), tag: versionTag(releaseLine, version) }
}

/** What counts is what the repository has, and not what the engine says of it. */
async function readBack(
  wanted: WantedVersion,
  digest: Digest,
  { repository, log }: PublishPorts,
): Promise<EnsuredVersion> {
  const { releaseLine, version } = wanted
  const tag = versionTag(releaseLine, version)
  const pushed = { tag, moves: [] }
  const tags = await withPublishProgress(pushed, () => listTags(repository))
  const stored = tags.get(tag)
  if (stored === undefined) {
    throw new PublishError({ what: 'tag-missing', tag, pushed: digest })
  }
  const release = { version, tag, digest: stored }
  const origin = await withPublishProgress(pushed, () => readStoredOrigin(releaseLine, stored, repository))
  const state = compareWithCurrentRelease(originOf(wanted), { release, origin })
  switch (state.kind) {
    case 'published':
    case 'as-checked':
      break
    case 'unknown':
      if (stored !== digest) throw new PublishError({ what: 'overwritten', release, pushed: digest, after: 'push' })
      break
    case 'equal':
      log.info(`${release.tag} is another run's, of the same base and context`)
      return { release, by: 'another run', tags }
    case 'superseded':
      throw new PublishError({ what: 'overwritten', release, pushed: digest, after: 'push' })
  }
  return { release, by: 'this attempt', tags }
}

/** After a push that failed: the line tells whether somebody was faster, or only the answer got lost. */
async function lookUpAfterRefusal(
  wanted: WantedVersion,
  refused: PushRefusedError,
  ports: PublishPorts,
): Promise<EnsuredVersion | undefined> {
  try {
    return (await lookUpVersion(wanted, ports)).published
  } catch (error) {
    // What the look found out counts more than the push: only where there was no look, the outcome is unknown.
    if (refused.refusal === 'tag-frozen' || error instanceof PublishError || error instanceof InvalidInput) throw error
    throw new PublishError({ what: 'outcome-unknown', refused, why: error }, { cause: error })
  }
}
