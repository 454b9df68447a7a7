import type { CheckRequest } from '../../src/check/check-request.ts'
import type { ChosenPurpose } from '../../src/check/choose-purpose.ts'
import type { PublishRequest } from '../../src/publish/publish-image.ts'
import type { BuildContext } from '../../src/build-image/build-context.ts'
import type { LocalImage } from '../../src/model/local-image.ts'
import type { SupportPolicy } from '../../src/check/judge-support.ts'
import type { Policy } from '../../src/check/policy.ts'
import { supportDates } from '../../src/check/support-dates.ts'
import type { DockerfileSource } from '../../src/dockerfile/dockerfile-source.ts'
import { parseDockerfile } from '../../src/dockerfile/parse-dockerfile.ts'
import { type BuildRecord, type Origin, recordLabels } from '../../src/model/build-record.ts'
import { type Digest, digestOf } from '../../src/model/digest.ts'
import type { Owner, ProcessIdentity } from '../../src/ownership/owner.ts'
import type { Platform } from '../../src/model/platform.ts'
import type { Purpose } from '../../src/model/purpose.ts'
import { parseReference, type Reference } from '../../src/model/reference.ts'
import { type Release, type ReleaseLine, type Version, versionTag } from '../../src/model/release-line.ts'

export const amd64: Platform = { os: 'linux', architecture: 'amd64' }
export const arm64: Platform = { os: 'linux', architecture: 'arm64' }

/** The base image that examples are built on. */
export const aspnet: Reference = parseReference('mcr.microsoft.com/dotnet/aspnet:10.0')

/** A Dockerfile as it is loaded from the disk. */
export function aDockerfile(text: string, path = '/image/Dockerfile'): DockerfileSource {
  return { path, text, parsed: parseDockerfile(text) }
}

export function aReleaseLine(overrides: Partial<ReleaseLine> = {}): ReleaseLine {
  return { repositoryName: 'platform/aspnet', tagPrefix: '10.0-noble', ...overrides }
}

/** A release of `aReleaseLine()`, with a digest that is its tag's own. */
export function aRelease({
  version = '1.0.0',
  releaseLine: releaseLine = aReleaseLine(),
  digest,
}: { version?: string; releaseLine?: ReleaseLine; digest?: Digest } = {}): Release {
  const tag = versionTag(releaseLine, version as Version)
  return { version: version as Version, tag, digest: digest ?? digestOf(tag) }
}

/** A build context that can be sent, with this hash. */
export function aBuildContext(hash: BuildContext['hash']): BuildContext {
  return { list: () => Promise.resolve(), hash }
}

export function aRecord(overrides: Partial<BuildRecord> = {}): BuildRecord {
  return {
    releaseLine: aReleaseLine(),
    replaces: { kind: 'none' },
    reason: 'first-release',
    platform: amd64,
    base: { reference: aspnet, digest: digestOf('base index'), platformDigest: digestOf('base amd64') },
    buildArguments: {},
    mirrors: {},
    ...overrides,
  }
}

/** What the form says where nobody touched it. */
export function aPolicy(overrides: Partial<Policy> = {}): Policy {
  return {
    compareBy: 'digest',
    rebuildOnContextChange: true,
    whenUnverifiable: 'rebuild',
    whenTagsBehind: 'warn',
    ...overrides,
  }
}

export function aSupportPolicy(overrides: Partial<SupportPolicy> = {}): SupportPolicy {
  return { dates: supportDates, warningDays: 60, whenOutOfSupport: 'warn', ...overrides }
}

export function anOrigin(overrides: Partial<Origin> = {}): Origin {
  return {
    platform: 'linux/amd64',
    baseName: 'mcr.microsoft.com/dotnet/aspnet:10.0',
    baseDigest: digestOf('base index'),
    basePlatformDigest: digestOf('base amd64'),
    run: 'project/1',
    replaces: { kind: 'none' },
    ...overrides,
  }
}

/** The labels that BuildTest gives to an image made from this record. */
export function labelsOf(overrides: Partial<BuildRecord> = {}, run = 'project/1'): Record<string, string> {
  return recordLabels(aRecord(overrides), { run, created: new Date('2026-11-23T12:00:00Z') })
}

export function aLocalImage(overrides: Partial<LocalImage> = {}): LocalImage {
  return {
    id: digestOf('local image'),
    platform: amd64,
    labels: {},
    environment: {},
    user: '',
    ports: [],
    layers: [digestOf('layer 1')],
    size: 1000,
    ...overrides,
  }
}

/** A process of the machine that examples run on. */
export function aProcess(overrides: Partial<ProcessIdentity> = {}): ProcessIdentity {
  return { machine: 'aaaa', boot: 'aaaa', namespace: '1', number: 1000, start: '5000', ...overrides }
}

export function anOwner(overrides: Partial<Owner> = {}): Owner {
  return { began: new Date('2026-11-23T12:34:56Z'), process: aProcess(), ...overrides }
}

/** What the form of PlatformImagePublish says where nobody touched it, for the first release of the line. */
export function aPublishRequest(overrides: Partial<PublishRequest> = {}): PublishRequest {
  return {
    releaseLine: aReleaseLine(),
    image: 'localhost/platform-image/image:owner',
    version: '1.0.0' as Version,
    extraTags: ['10.0'],
    tagAsLatest: true,
    createRepository: true,
    versionTagsImmutable: true,
    scanOnPush: true,
    resourceTags: {},
    ...overrides,
  }
}

/** What a run of main is for. */
export function aPurpose(kind: Purpose = 'release'): ChosenPurpose {
  return { kind, because: 'the input "purpose" says so' }
}

/** What the form of PlatformImageCheck says where nobody touched it, in the second run of a project. */
export function aCheckRequest(overrides: Partial<CheckRequest> = {}): CheckRequest {
  return {
    releaseLine: aReleaseLine(),
    purpose: aPurpose(),
    base: aspnet,
    standsOnBase: true,
    platform: amd64,
    forced: false,
    policy: aPolicy(),
    supportPolicy: aSupportPolicy(),
    bump: 'minor',
    buildArguments: {},
    mirrors: {},
    run: 'project/2',
    isRepeated: false,
    ...overrides,
  }
}
