import { formatReleaseLine } from '../model/release-line.ts'
import { PushRefusedError, type Refusal } from '../publish/image-store.ts'
import { PublishError, type PublishFault } from '../publish/publish-error.ts'
import type { PublishProgress } from '../publish/publish-progress.ts'
import type { ProblemCode } from './codes.ts'
import type { Problem } from './problem.ts'
import type { Words } from './words.ts'

const nothingPushed = 'Nothing was pushed'
const immutable = 'Make version tags immutable'

/** A publish; `explain` has the words for the failure of one of its steps. */
export function explainPublish(
  error: unknown,
  words: Words,
  explain: (error: unknown) => Problem,
): Problem | undefined {
  if (error instanceof PublishError) return explainFault(error.fault, words, explain)
  return error instanceof PushRefusedError ? explainPush(error, words) : undefined
}

function explainFault(fault: PublishFault, words: Words, explain: (error: unknown) => Problem): Problem {
  switch (fault.what) {
    case 'in-pull-request': {
      const reason = "This run is a pull request's, and what is not merged must not be published"
      const advice = [nothingPushed, 'Give this step the action of PlatformImageCheck, which only validates here']
      return { code: 'publish-in-pull-request', reason, advice: [...advice, ...allowAdvice(words)] }
    }
    case 'superseded': {
      const reason = `the check saw ${fault.expected}, but the newest release is now ${fault.found}`
      const advice = [nothingPushed, 'Run the pipeline again']
      return { code: 'release-superseded', attempt: `Cannot publish ${fault.tag}`, reason, advice }
    }
    case 'tag-taken': {
      const advice = [nothingPushed, 'Run the check again for the next version']
      const reason = 'the tag is on another image already'
      return { code: 'version-taken', attempt: `Cannot publish ${fault.tag}`, reason, advice }
    }
    case 'push-refused': {
      const problem = explainPush(fault.refused, words)
      return { ...problem, advice: [...problem.advice, 'No tag was set or moved'] }
    }
    case 'outcome-unknown': {
      const { attempt, reason, advice } = explain(fault.why)
      const push = explainPush(fault.refused, words)
      const again = attempt === undefined ? reason : `${attempt}: ${reason}`
      return {
        ...push,
        advice: [...push.advice, `Whether it arrived could not be found out: ${again}`, ...advice],
      }
    }
    case 'tag-missing': {
      const reason = `Pushed ${fault.tag} as ${fault.pushed}, but the repository has no such tag`
      return { code: 'version-missing', reason, advice: ['Run the pipeline again'] }
    }
    case 'overwritten': {
      const { release, pushed, after } = fault
      const reason = `Pushed ${release.tag} as ${pushed}, but another publisher has put ${release.digest} under it`
      const tags = after === 'push' ? 'No floating tag was moved' : `The floating tags are on ${release.digest} now`
      return { code: 'version-overwritten', reason, advice: [tags, `${immutable}, and run the pipeline again`] }
    }
    case 'frozen-tags': {
      const { frozen, toFree, how, progress } = fault
      const names = frozen.join(', ')
      const settings = `the repository's settings do not let ${names} move`
      const reason =
        progress === undefined ? `In a release, ${settings}` : `${progress.tag} is published, but ${settings}`
      const free = `To free ${toFree.join(', ')}, ${how}; or leave ${names} out of the inputs`
      const advice = [free, progress === undefined ? nothingPushed : describeProgress(progress)]
      return { code: 'floating-tag-immutable', reason, advice }
    }
    case 'no-repository': {
      const reason = `The repository ${fault.repositoryName} does not exist`
      return { code: 'repository-missing', reason, advice: [createAdvice(words)] }
    }
    case 'no-release': {
      const reason = `${formatReleaseLine(fault.releaseLine)} has no release whose tags could be moved`
      return { code: 'release-missing', reason, advice: ['Run the check again'] }
    }
    case 'tags-elsewhere': {
      const { tags, progress } = fault
      const stand = tags.length === 1 ? 'stands' : 'stand'
      const reason = `The registry said that ${tags.join(', ')} ${stand} on ${progress.tag} already, but its own list says otherwise`
      return { code: 'floating-tag-elsewhere', reason, advice: ['Run the job again', describeProgress(progress)] }
    }
    case 'unfinished': {
      const problem = explain(fault.why)
      const progress = `${describeProgress(fault.progress)}; run again to finish the rest`
      return { ...problem, advice: [...problem.advice, progress] }
    }
  }
}

/** What is done already. */
export function describeProgress({ tag, moves }: PublishProgress): string {
  const tags = moves.filter(({ outcome }) => outcome === 'moved' || outcome === 'unchanged').map((move) => move.tag)
  return `${tag} stays published, with ${tags.length === 0 ? 'no floating tag' : tags.join(', ')} on it`
}

function explainPush({ operation, refusal, words: said }: PushRefusedError, words: Words): Problem {
  const [code, advice] = adviseRefusal(refusal, words)
  return { code, attempt: `Cannot ${operation}`, reason: said, advice: [advice] }
}

function allowAdvice({ allowPullRequests }: Words): string[] {
  return allowPullRequests === undefined ? [] : [`If pull requests are to publish, set ${allowPullRequests} to true`]
}

function createAdvice({ createRepository }: Words): string {
  return createRepository === undefined
    ? 'Create the repository'
    : `Create the repository, or set ${createRepository} to true`
}

/** What to do about a push that failed. */
function adviseRefusal(refusal: Refusal, words: Words): readonly [code: ProblemCode, advice: string] {
  switch (refusal) {
    case 'unauthorized':
      return [
        'push-unauthorized',
        "ECR did not accept its own token, nor a new one: check the agent's clock and the network between engine and ECR",
      ]
    case 'forbidden':
      return [
        'push-denied',
        'A push needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload and ecr:PutImage on the repository',
      ]
    case 'quota':
      return ['ecr-quota', 'Remove old images by a lifecycle policy, or ask AWS for a higher quota']
    case 'web-page':
      return [
        'push-answered-by-proxy',
        "A web page came, so a proxy or a firewall answered and not ECR: let the agent's engine reach ECR and its storage, and check the engine's own proxy settings",
      ]
    case 'too-large':
      return [
        'push-too-large',
        'A proxy between engine and ECR takes no piece of that size, as ECR does: raise its limit, or let the engine reach ECR without it',
      ]
    case 'manifest-refused':
      return [
        'push-manifest-refused',
        'The registry does not take this manifest. If docker build or buildx made the image elsewhere, build it with --provenance=false',
      ]
    case 'tag-frozen':
      return ['version-taken', 'Run the check again for the next version']
    case 'no-repository':
      return ['repository-missing', createAdvice(words)]
    case 'layer-missing':
      return ['push-layer-missing', 'ECR lacks a layer that was just sent: run again, which sends what is missing']
    case 'busy':
      return ['ecr-busy', 'ECR has too many requests from this account and region at once: run again later']
    case 'registry-fault':
      return ['ecr-fault', 'ECR has a fault of its own: run again later']
    case 'unreachable':
      return [
        'push-unreachable',
        "The engine does not reach ECR: check the engine's network and its own proxy settings, then run again",
      ]
    case 'connection-cut':
      return ['push-cut', 'Run again: layers that arrived are not sent a second time']
    case 'disk-full':
      return ['engine-disk-full', "Free some space on the disk of the agent's engine, then run again"]
    case 'unknown':
      return ['push-failed', 'Run again, or see what the engine logs']
  }
}
