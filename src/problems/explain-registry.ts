import { isOutageStatus } from '../http/outage.ts'
import { CredentialHelperError } from '../registry/credential-helper.ts'
import { DockerConfigError } from '../registry/docker-config-file.ts'
import type { ContentFault } from '../registry/read-content.ts'
import { RegistryError, type RegistryFault } from '../registry/registry-error.ts'
import { type CatalogueFault, TagCatalogueError } from '../registry/tag-catalogue.ts'
import { formatReference, type Reference } from '../model/reference.ts'
import { explainWay } from './explain-way.ts'
import type { Problem } from './problem.ts'
import { check, join, listOf, type Words } from './words.ts'

type Explained = Omit<Problem, 'attempt'>

const later = 'Run again later'
const proxy = "the agent's network for a proxy or a sign-in page"

/** Registries of base images, Microsoft's catalogue of tags, and Docker's configuration on the agent. */
export function explainRegistry(error: unknown, words: Words): Problem | undefined {
  if (error instanceof RegistryError) {
    const { place, fault } = error
    return { attempt: `Cannot read ${formatReference(place)}`, ...explainFault(place, fault, words) }
  }
  if (error instanceof TagCatalogueError) {
    return { attempt: `Cannot read ${error.address}`, ...explainCatalogue(error.fault, words) }
  }
  if (error instanceof CredentialHelperError) {
    const { program, server, reason, file } = error
    const attempt = `Cannot ask ${program} for the credentials of ${server}`
    return { code: 'credential-helper-failed', attempt, reason, advice: [`Docker's configuration ${file} names it`] }
  }
  if (error instanceof DockerConfigError) {
    const attempt = `Cannot read Docker's configuration ${error.file}`
    const advice = ['Correct it on the agent, or sign in again with docker login']
    return { code: 'docker-config-invalid', attempt, reason: error.reason, advice }
  }
  return undefined
}

function explainFault(place: Reference, fault: RegistryFault, words: Words): Explained {
  switch (fault.what) {
    case 'refused': {
      const { redirectedTo } = fault
      if (redirectedTo === undefined) return explainStatus(place, fault, words)
      if (fault.status === 401) return explainOtherRegistry(place, { ...fault, redirectedTo }, words)
      const advice = [
        `That is the answer of ${redirectedTo}, where ${place.registry} keeps its content`,
        ...check("that the agent's network allows it"),
      ]
      return { code: 'registry-storage-refused', reason: statusAndCode(fault), advice }
    }
    case 'no-sign-in': {
      const { status, host, hasCredentials } = fault
      const isRefused = status >= 400 && status < 500 && status !== 429
      const reason = `${host} gives no token: ${statusAndCode(fault)}`
      if (!isRefused) return { ...explainStatus(place, fault, words), reason }
      return { code: 'registry-denied', reason, advice: credentialsAdvice(place.registry, hasCredentials, words) }
    }
    case 'unreachable':
      return {
        code: 'registry-unreachable',
        reason: fault.connection.message,
        advice: [...check(words.registryMirrors, "the agent's network"), later],
        ...explainWay(fault.connection.code),
      }
    case 'content':
      return explainContent(fault.fault, words)
    case 'too-large':
      return {
        code: 'registry-answer-too-large',
        reason: `${fault.host} sends more than ${formatMebibytes(fault.maxBytes)}, which no image needs`,
        advice: check(words.registryMirrors, baseOf(words)),
      }
    case 'other-bytes':
      return {
        code: 'registry-other-content',
        reason: `its content does not have the digest ${fault.digest}`,
        advice: check(words.registryMirrors, "the agent's network for a proxy that changes content"),
      }
    case 'no-platform': {
      const { wanted, available } = fault
      const others = available.length === 0 ? 'and lists no other platform' : `only ${listOf(available)}`
      return {
        code: 'base-platform-missing',
        reason: `it has no ${wanted}, ${others}`,
        advice: check(words.platform, baseOf(words)),
      }
    }
    case 'unsafe-token-address':
      return {
        code: 'registry-unsafe-sign-in',
        reason: `${place.registry} does not give an https address for its tokens`,
        advice: check(words.registryMirrors),
      }
    case 'no-token':
      return { code: 'registry-no-token', reason: `the answer of ${fault.host} holds no token`, advice: check(proxy) }
  }
}

/** Credentials are never sent along to another host, so that one has to be asked by its own name. */
function explainOtherRegistry(
  { registry }: Reference,
  { redirectedTo, ...refused }: Refused & { readonly redirectedTo: string },
  { registryMirrors }: Words,
): Explained {
  const advice = [
    `${registry} sends the request on to ${redirectedTo}, which wants credentials, and those for ${registry} are not sent there`,
    ...(registryMirrors === undefined ? [] : [`Add ${registry}=${redirectedTo} to ${registryMirrors}`]),
    `Give credentials for ${redirectedTo}`,
  ]
  return { code: 'registry-denied', reason: statusAndCode(refused), advice }
}

interface Refused {
  readonly status: number
  readonly code?: string
  readonly hasCredentials: boolean
}

function explainStatus(place: Reference, refused: Refused, words: Words): Explained {
  const { status, hasCredentials } = refused
  const reason = statusAndCode(refused)
  switch (status) {
    case 401:
    case 403:
      return { code: 'registry-denied', reason, advice: credentialsAdvice(place.registry, hasCredentials, words) }
    case 404:
      return place.digest === undefined
        ? { code: 'base-tag-missing', reason, advice: ['There is no such tag', ...check(baseOf(words))] }
        : {
            code: 'registry-content-missing',
            reason,
            advice: ['The registry does not have this content', ...check(words.registryMirrors), later],
          }
    case 429:
      return { code: 'registry-busy', reason, advice: ['The registry wants fewer requests', later] }
    default:
      return isOutageStatus(status)
        ? { code: 'registry-outage', reason, advice: [later] }
        : {
            code: 'not-a-registry',
            reason,
            advice: ["That is not a registry's answer", ...check(words.registryMirrors, proxy)],
          }
  }
}

function explainContent(fault: ContentFault, words: Words): Explained {
  const network = check(words.registryMirrors, proxy)
  switch (fault.is) {
    case 'web-page':
      return { code: 'not-a-registry', reason: 'a web page came instead of a manifest', advice: network }
    case 'not-json':
      return { code: 'not-a-registry', reason: 'what came instead of a manifest is not JSON', advice: network }
    case 'schema-1':
      return {
        code: 'base-outdated-format',
        reason: 'it is stored as a manifest of schema 1, which Docker no longer supports',
        advice: ['Push it again with a current Docker, or choose another base image'],
      }
    case 'other-media-type':
      return {
        code: 'base-not-an-image',
        reason: `its media type${fault.mediaType === undefined ? '' : `, ${fault.mediaType},`} is not that of an image`,
        advice: check(baseOf(words)),
      }
    case 'not-an-image':
      return {
        code: 'base-not-an-image',
        reason: 'it is neither the manifest of an image nor an image index',
        advice: check(baseOf(words)),
      }
    case 'not-a-configuration':
      return {
        code: 'base-not-an-image',
        reason: 'its configuration is not that of an image',
        advice: check(baseOf(words)),
      }
    case 'nested-index':
      return {
        code: 'base-not-an-image',
        reason: 'it is an image index in an image index, which engines do not follow',
        advice: ['Choose another base image'],
      }
  }
}

function credentialsAdvice(registry: string, hasCredentials: boolean, words: Words): string[] {
  const ecr = words.awsCredentials && `for ECR in ${words.awsCredentials}`
  const places = [words.baseRegistryConnection, ecr, "in Docker's configuration on the agent"]
  return hasCredentials
    ? [`The registry ${registry} does not accept the credentials`, ...join('Check those in', places, 'or')]
    : [
        `The registry ${registry} was asked without credentials`,
        ...join('Give some in', places, 'or'),
        ...check(words.registryMirrors),
      ]
}

function explainCatalogue(fault: CatalogueFault, words: Words): Explained {
  const otherMethod = words.compareBy === undefined ? [] : [`Set ${words.compareBy} to digest`]
  switch (fault.what) {
    case 'refused':
      return explainCatalogueStatus(fault.status, words)
    case 'unreachable': {
      const advice = [...check("the agent's network"), later]
      return {
        code: 'catalogue-unreachable',
        reason: fault.connection.message,
        advice,
        ...explainWay(fault.connection.code),
      }
    }
    case 'too-large':
      return {
        code: 'not-a-catalogue',
        reason: `the answer has more than ${formatMebibytes(fault.maxBytes)}, which no list of tags needs`,
        advice: otherMethod,
      }
    case 'not-a-list': {
      const advice = [...check("the agent's network for a proxy that answers instead"), ...otherMethod]
      return { code: 'not-a-catalogue', reason: 'the answer is not a list of tags', advice }
    }
    case 'no-tag':
      return { code: 'base-tag-missing', reason: `it has no tag "${fault.tag}"`, advice: check(baseOf(words)) }
    case 'bad-row': {
      const reason = `the ${fault.field} of the tag "${fault.tag}" cannot be understood`
      return { code: 'not-a-catalogue', reason, advice: otherMethod }
    }
    case 'digest': {
      const reason = `it dates tags, and ${fault.digest} never moves`
      return { code: 'catalogue-dates-tags', reason, advice: otherMethod }
    }
  }
}

function explainCatalogueStatus(status: number, words: Words): Explained {
  const reason = String(status)
  switch (status) {
    case 401:
    case 403:
      return {
        code: 'catalogue-refused',
        reason,
        advice: ['The catalogue is open to everybody', ...check("the agent's network")],
      }
    case 404:
      return {
        code: 'base-repository-missing',
        reason,
        advice: ['There is no such repository', ...check(baseOf(words))],
      }
    case 429:
      return { code: 'registry-busy', reason, advice: ['The catalogue wants fewer requests', later] }
    default:
      return { code: 'registry-outage', reason, advice: [later] }
  }
}

function formatMebibytes(bytes: number): string {
  return `${String(bytes / 1024 / 1024)} MiB`
}

/** Where a base image is named. */
function baseOf({ baseImage }: Words): string {
  return `the FROM of the Dockerfile${baseImage === undefined ? '' : ` or ${baseImage}`}`
}

/** With the registry's own word, such as `404 MANIFEST_UNKNOWN`. */
function statusAndCode({ status, code }: Refused): string {
  return code === undefined ? String(status) : `${String(status)} ${code}`
}
