import type { BuildRecord, Replaced } from '../model/build-record.ts'
import { dotnetVersion } from '../model/image-config.ts'
import { nextVersion, versionTag } from '../model/release-line.ts'
import type { BuildReason } from '../model/verdict.ts'
import type { CheckPorts } from './check-request.ts'
import { chooseBump } from './choose-bump.ts'
import type { Decision, NextRelease } from './decision.ts'
import { resolveBaseDigests, type Situation } from './gather-facts.ts'
import { isComparable } from './judge.ts'
import type { ReleaseLineState } from './read-release-line.ts'

/** What a rebuild needs to know: the pinned base, what is in it, and the next version where the line could be read. */
export async function planRelease(
  reason: BuildReason,
  situation: Situation,
  ports: Pick<CheckPorts, 'registry' | 'hashContext'>,
): Promise<{ base: Decision['base']; record: BuildRecord; next?: NextRelease }> {
  const { request, state, facts } = situation
  const { releaseLine, base: reference, platform, dockerfile, target, buildArguments, mirrors } = request
  const { digest, platformDigest } = await resolveBaseDigests(situation, ports)
  const versionNow = dotnetVersion(await ports.registry.readConfig(reference, platformDigest))
  const contextHash = facts.contextHash ?? (await ports.hashContext?.())

  const contextChanged = hasChanged(facts.release?.origin?.contextHash, contextHash)
  const versions = { before: state.config && dotnetVersion(state.config), now: versionNow }
  const bump = request.bump === 'auto' ? chooseBump({ reason, contextChanged, versions }) : request.bump
  const version = nextVersion(state.current?.version, bump)
  const record: BuildRecord = {
    releaseLine,
    replaces: replacedBy(state),
    reason,
    platform,
    base: { reference, digest, platformDigest },
    ...(contextHash !== undefined && { contextHash }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(target !== undefined && { target }),
    buildArguments,
    mirrors,
  }
  return {
    base: { reference, platform, digest, ...(versionNow !== undefined && { version: versionNow }) },
    record,
    ...(state.repositoryExists !== undefined && { next: { version, tag: versionTag(releaseLine, version) } }),
  }
}

function replacedBy({ repositoryExists, current }: ReleaseLineState): Replaced {
  if (repositoryExists === undefined) return { kind: 'unknown' }
  return current === undefined ? { kind: 'none' } : { kind: 'release', tag: current.tag, digest: current.digest }
}

/** Undefined where there is nothing to compare. */
function hasChanged(recorded: string | undefined, now: string | undefined): boolean | undefined {
  if (recorded === undefined || now === undefined || !isComparable(recorded, now)) return undefined
  return recorded !== now
}
