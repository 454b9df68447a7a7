import * as v from 'valibot'
import { type Digest, isDigest } from './digest.ts'
import type { Mirrors } from './mirrors.ts'
import { messageOf } from './error-text.ts'
import { plainJson } from './plain-json.ts'
import { formatPlatform, parsePlatform, type Platform } from './platform.ts'
import { harmless } from './printable.ts'
import { formatReference, isTag, parseReference, type Reference } from './reference.ts'
import { formatReleaseLine, parseReleaseLine, type ReleaseLine } from './release-line.ts'
import { type BuildReason, buildReasons } from './verdict.ts'

/** A base image, fixed to the bytes that a check saw. */
export interface PinnedBase {
  /** With the tag that is watched, at its original registry. */
  readonly reference: Reference
  /** What the tag named: an image index, or a manifest where the image is for one platform only. */
  readonly digest: Digest
  /** The manifest of the release's platform. */
  readonly platformDigest: Digest
}

/** The release that was there before this one. */
export type Replaced =
  | { readonly kind: 'release'; readonly tag: string; readonly digest: Digest }
  /** This one is the first. */
  | { readonly kind: 'none' }
  /** Nothing was checked, or nobody says it. */
  | { readonly kind: 'unknown' }

/** `10.0-noble-1.4.0@sha256:...`, `none` or `unknown`. */
export function formatReplaced(replaced: Replaced): string {
  return replaced.kind === 'release' ? `${replaced.tag}@${replaced.digest}` : replaced.kind
}

/** Reads what `formatReplaced` writes; anything else is unknown. */
export function parseReplaced(text: string): Replaced {
  if (text === 'none') return { kind: 'none' }
  const [tag = '', digest = ''] = text.split('@')
  return isTag(tag) && isDigest(digest) ? { kind: 'release', tag, digest } : { kind: 'unknown' }
}

/** What a release is made from and why. Check decides it, BuildTest writes it into the image's labels. */
export interface BuildRecord {
  readonly releaseLine: ReleaseLine
  readonly replaces: Replaced
  readonly reason: BuildReason
  readonly platform: Platform
  readonly base: PinnedBase
  /** Of what the build takes from its context, Dockerfile, target and arguments, where that was read. */
  readonly contextHash?: string
  /** Path of the Dockerfile as it was given, absolute or relative to the context, where that was read. */
  readonly dockerfile?: string
  readonly target?: string
  /** What the image is made of: a change is a reason for a new release. */
  readonly buildArguments: Readonly<Record<string, string>>
  /** Where the check asked, and so where the build pulls. */
  readonly mirrors: Mirrors
}

/** What is built, and what its labels tell: a record, or what takes its place where nothing was checked. */
export interface BuildPlan extends Omit<BuildRecord, 'releaseLine' | 'reason'> {
  /** Undefined where nobody says it: then no check will take the image for a release of its line. */
  readonly releaseLine?: ReleaseLine
  /** Undefined where nothing was checked. */
  readonly reason?: BuildReason
}

/** Where an image comes from, as its labels tell. */
export interface Origin {
  readonly baseDigest: Digest
  readonly basePlatformDigest: Digest
  readonly replaces: Replaced
  // Undefined fields are missing from the image's labels.
  readonly platform?: string
  /** The base as it was watched, `mcr.microsoft.com/dotnet/aspnet:10.0`. */
  readonly baseName?: string
  /** The run that built it. */
  readonly run?: string
  /** Of the context it was built from. */
  readonly contextHash?: string
  /** Why it was built. */
  readonly reason?: string
}

/** The circumstances of a build that its record cannot know beforehand. */
export interface Provenance {
  /** Project and run id, the same when a run is repeated. */
  readonly run: string
  readonly created: Date
  readonly revision?: string
  readonly source?: string
}

const label = {
  line: 'platform-image.line',
  replaces: 'platform-image.replaces',
  run: 'platform-image.run',
  platform: 'platform-image.platform',
  basePlatformDigest: 'platform-image.base.platform-digest',
  contextHash: 'platform-image.context-hash',
  reason: 'platform-image.reason',
  baseName: 'org.opencontainers.image.base.name',
  baseDigest: 'org.opencontainers.image.base.digest',
  created: 'org.opencontainers.image.created',
  revision: 'org.opencontainers.image.revision',
  source: 'org.opencontainers.image.source',
} as const

/**
 * The labels of a release. All are always written, if only as empty: an image inherits the labels of its base, and a
 * platform image may stand on another one.
 * https://github.com/opencontainers/image-spec/blob/main/annotations.md
 */
export function recordLabels(record: BuildPlan, provenance: Provenance): Record<string, string> {
  return {
    [label.line]: record.releaseLine === undefined ? '' : formatReleaseLine(record.releaseLine),
    [label.replaces]: formatReplaced(record.replaces),
    [label.run]: provenance.run,
    [label.platform]: formatPlatform(record.platform),
    [label.basePlatformDigest]: record.base.platformDigest,
    [label.contextHash]: record.contextHash ?? '',
    [label.reason]: record.reason ?? '',
    [label.baseName]: formatReference(record.base.reference),
    [label.baseDigest]: record.base.digest,
    [label.created]: provenance.created.toISOString(),
    [label.revision]: provenance.revision ?? '',
    [label.source]: provenance.source ?? '',
  }
}

/** Whether a label is the record's own, so that nobody else may set it. */
export function isRecordLabel(name: string): boolean {
  return name.startsWith('platform-image.') || Object.values<string>(label).includes(name)
}

/** What of an image's configuration its origin is read from. */
interface LabeledImage {
  readonly labels: Readonly<Record<string, string>>
  readonly platform?: Platform
}

/**
 * Reads back where an image of this line comes from. Undefined where the labels are missing, damaged or written for
 * another line: labels are inherited, so those of an image built on ours say nothing about it. Where the labels do not
 * tell the platform, the image itself does.
 */
export function readOrigin({ labels, platform }: LabeledImage, releaseLine: ReleaseLine): Origin | undefined {
  if (labels[label.line] !== formatReleaseLine(releaseLine)) return undefined
  const baseDigest = labels[label.baseDigest] ?? ''
  const basePlatformDigest = labels[label.basePlatformDigest] ?? ''
  if (!isDigest(baseDigest) || !isDigest(basePlatformDigest)) return undefined
  const told = (name: keyof typeof believable) => {
    const value = labels[label[name]] ?? ''
    return value !== '' && believable[name](value) ? { [name]: value } : {}
  }
  return {
    baseDigest,
    basePlatformDigest,
    replaces: parseReplaced(labels[label.replaces] ?? ''),
    ...(platform && { platform: formatPlatform(platform) }),
    ...told('platform'),
    ...told('baseName'),
    ...told('run'),
    ...told('contextHash'),
    ...told('reason'),
  }
}

/** What a label of the record must be. Whoever may push can write anything there, and it is printed and handed on. */
const believable = {
  baseDigest: isDigest,
  basePlatformDigest: isDigest,
  platform: (text) => text.length <= 100 && canParse(parsePlatform, text),
  baseName: (text) => text.length <= 1000 && canParse(parseReference, text),
  run: (text) => text.length <= 500 && harmless(text) === text,
  contextHash: (text) => /^v\d{1,3}:[\w:.-]{1,100}$/.test(text),
  reason: (text) => buildReasons.some((reason) => reason === text),
} as const satisfies Partial<Record<keyof typeof label, (text: string) => boolean>>

/**
 * The names of the labels that an image of this line has, but whose values are not what they should be: they count as
 * absent.
 */
export function unbelievableLabels(labels: LabeledImage['labels'], releaseLine: ReleaseLine): readonly string[] {
  if (labels[label.line] !== formatReleaseLine(releaseLine)) return []
  return Object.entries<(text: string) => boolean>(believable)
    .map(([name, isBelievable]) => ({ name: label[name as keyof typeof believable], isBelievable }))
    .filter(({ name, isBelievable }) => (labels[name] ?? '') !== '' && !isBelievable(labels[name] ?? ''))
    .map(({ name }) => name)
}

function canParse(parse: (text: string) => unknown, text: string): boolean {
  try {
    parse(text)
    return true
  } catch {
    return false
  }
}

/** The line that an image says it belongs to, `platform/aspnet:10.0-noble`; undefined where it names none. */
export function recordedReleaseLine(labels: Readonly<Record<string, string>>): string | undefined {
  const line = labels[label.line]
  return line === '' ? undefined : line
}

const parsed = <T>(parse: (text: string) => T) =>
  v.pipe(
    v.string(),
    v.rawTransform<string, T>(({ dataset, addIssue, NEVER }) => {
      try {
        return parse(dataset.value)
      } catch (error) {
        addIssue({ message: messageOf(error) })
        return NEVER
      }
    }),
  )

const digestSchema = v.custom<Digest>((value) => typeof value === 'string' && isDigest(value), 'A digest is expected.')

const recordSchema = v.object({
  repositoryName: v.string(),
  tagPrefix: v.string(),
  replaces: v.pipe(v.string(), v.transform(parseReplaced)),
  reason: v.picklist(buildReasons),
  platform: parsed(parsePlatform),
  base: v.object({ name: parsed(parseReference), digest: digestSchema, platformDigest: digestSchema }),
  contextHash: v.optional(v.string()),
  dockerfile: v.optional(v.string()),
  target: v.optional(v.string()),
  buildArguments: v.record(v.string(), v.string()),
  mirrors: v.record(v.string(), v.string()),
})

/** One line of JSON: how a record travels from the check to the build. */
export function serializeBuildRecord({ releaseLine, replaces, platform, base, ...rest }: BuildRecord): string {
  return plainJson({
    ...releaseLine,
    ...rest,
    replaces: formatReplaced(replaces),
    platform: formatPlatform(platform),
    base: { name: formatReference(base.reference), digest: base.digest, platformDigest: base.platformDigest },
  } satisfies v.InferInput<typeof recordSchema>)
}

/** Reads the JSON of a record; throws an Error that says what is wrong with it. */
export function parseBuildRecord(json: string): BuildRecord {
  const { repositoryName, tagPrefix, base, contextHash, dockerfile, target, ...rest } = v.parse(
    recordSchema,
    JSON.parse(json),
  )
  return {
    releaseLine: parseReleaseLine(repositoryName, tagPrefix),
    ...rest,
    base: { reference: base.name, digest: base.digest, platformDigest: base.platformDigest },
    ...(contextHash !== undefined && { contextHash }),
    ...(dockerfile !== undefined && { dockerfile }),
    ...(target !== undefined && { target }),
  }
}
