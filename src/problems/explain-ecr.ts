import { EcrError, type EcrFault, isFaultOfEcr, isThrottling } from '../ecr/ecr-error.ts'
import { UnknownSettingError } from '../ecr/tag-mutability.ts'
import { TooLargeError } from '../http/http-client.ts'
import { isOutageCode } from '../http/outage.ts'
import { UnreadableImageError } from '../model/image-config.ts'
import { ImmutableTagError } from '../publish/repository.ts'
import { explainWay, tellWay } from './explain-way.ts'
import type { Problem } from './problem.ts'
import { check, listOf, type Words } from './words.ts'

type Explained = Omit<Problem, 'attempt'>

const later = 'Run again later'

/** Amazon ECR and what is stored in it. */
export function explainEcr(error: unknown, words: Words): Problem | undefined {
  if (error instanceof EcrError) return { attempt: `Cannot ${error.operation}`, ...explainFault(error.fault, words) }
  if (error instanceof UnreadableImageError) {
    const reason =
      error.cause instanceof TooLargeError
        ? `it has more than ${String(error.cause.maxBytes / 1024 / 1024)} MiB, which no configuration of an image needs`
        : 'it is not the configuration of a container image'
    return { code: 'ecr-image-unreadable', attempt: `Cannot ${error.operation}`, reason, advice: [] }
  }
  if (error instanceof UnknownSettingError) {
    const reason = `The repository has the tag mutability ${error.setting}, which this version does not know`
    return { code: 'ecr-setting-unknown', reason, advice: ['Update the extension'] }
  }
  if (error instanceof ImmutableTagError) {
    const reason = "the repository's settings make it immutable"
    return { code: 'tag-immutable', attempt: `Cannot move the tag ${error.tag}`, reason, advice: [] }
  }
  return undefined
}

function explainFault(fault: EcrFault, words: Words): Explained {
  switch (fault.what) {
    case 'exception':
      return explainException(fault, words)
    case 'no-image':
      return { code: 'ecr-image-missing', reason: fault.said, advice: [] }
    case 'other-bytes': {
      const advice = check("the agent's network for a proxy that changes content")
      return { code: 'ecr-other-content', reason: `${fault.from} gave other bytes`, advice }
    }
    case 'endless-list': {
      const reason = 'its pages do not end, or bring nothing new'
      return {
        code: 'ecr-list-endless',
        reason,
        advice: [later, ...check("the agent's network for a proxy that answers for ECR")],
      }
    }
    case 'archived': {
      const command = 'aws ecr update-image-storage-class --target-storage-class STANDARD'
      const advice = [`Restore it in ECR (${command}) and run again`]
      return { code: 'ecr-image-archived', reason: 'it is archived', advice }
    }
    case 'restoring': {
      const reason = 'it is being restored from the archive'
      return { code: 'ecr-image-archived', reason, advice: ['Run again in 20 minutes'] }
    }
    case 'no-layer':
      return { code: 'ecr-image-missing', reason: 'ECR does not have it', advice: [] }
    case 'no-token':
      return { code: 'not-ecr', reason: 'the answer holds no authorization token', advice: networkAdvice() }
    case 'no-address':
      return { code: 'not-ecr', reason: 'the answer holds no address of the repository', advice: networkAdvice() }
    case 'not-believed': {
      const reason = `the "${fault.field}" of ECR's answer is not an address of this region, account and repository`
      return { code: 'ecr-answer-not-believed', reason, advice: networkAdvice() }
    }
    case 'too-large': {
      const reason = `ECR sends more than ${String(fault.maxBytes / 1024 / 1024)} MiB, which no answer needs`
      return { code: 'answer-too-large', reason, advice: networkAdvice() }
    }
    case 'vanished': {
      const reason = 'it existed a moment ago and is gone'
      return { code: 'ecr-repository-vanished', reason, advice: ['Run the pipeline again'] }
    }
    case 'several-platforms': {
      const platforms = listOf(fault.platforms) || 'none'
      const reason = `it is an image index of several platforms (${platforms}), and a release line has one`
      const advice =
        words.tagPrefix === undefined ? [] : [`Give each platform a release line of its own: set ${words.tagPrefix}`]
      return { code: 'release-several-platforms', reason, advice }
    }
    case 'storage-refused': {
      const advice = [...check(`that the agent may read from Amazon S3 at ${fault.host}`), 'Then run again']
      return { code: 'ecr-storage-refused', reason: `the storage of ECR answered ${String(fault.status)}`, advice }
    }
    case 'storage-unreachable': {
      const advice = [...check('that the agent may read from Amazon S3'), 'Then run again']
      return { code: 'ecr-storage-unreachable', reason: `the storage of ECR, ${fault.connection.message}`, advice }
    }
  }
}

type Exception = Extract<EcrFault, { what: 'exception' }>

function explainException(exception: Exception, words: Words): Explained {
  const { code, status } = exception
  if (isThrottling(exception)) {
    const reason = `ECR has too many requests from this account and region at once (${code})`
    return { code: 'ecr-busy', reason, advice: [later] }
  }
  if (isFaultOfEcr(exception)) {
    const reason = `ECR has a fault of its own (${code}${status === undefined ? '' : `, status ${String(status)}`})`
    return { code: 'ecr-fault', reason, advice: [later] }
  }
  const way = explainWay(code)
  if (way !== undefined) return { reason: tellWay('ECR', code), ...way }
  if (isOutageCode(code)) {
    return {
      code: 'ecr-unreachable',
      reason: `ECR does not answer (${code})`,
      advice: [...check("the agent's network"), later],
    }
  }
  return explainRefusedRequest(exception, words)
}

/** ECR answers no, and will do so again. */
function explainRefusedRequest({ code, said }: Exception, words: Words): Explained {
  const { awsCredentials, regionName, encryptionKey } = words
  switch (code) {
    case 'ENOTFOUND': {
      const advice = check(regionName ?? 'the name of the registry', "the agent's network")
      return { code: 'ecr-host-unknown', reason: 'there is no such host', advice }
    }
    case 'AccessDeniedException': {
      const action = deniedAction(said) ?? 'it'
      const advice = said.includes('explicit deny')
        ? `Take ${action} out of the policy that denies it, since no other policy can allow it`
        : `Allow ${action} in the policies of that role or user`
      return { code: 'aws-denied', reason: said, advice: [advice] }
    }
    case 'ExpiredTokenException':
    case 'ExpiredToken':
    case 'RequestExpired': {
      const own =
        awsCredentials === undefined
          ? "the agent's own"
          : `those of ${awsCredentials}, or the agent's own where it is empty,`
      const reason = `the temporary credentials have expired (${code})`
      return { code: 'aws-credentials-expired', reason, advice: [`Renew ${own} and run again`] }
    }
    case 'UnrecognizedClientException':
    case 'InvalidClientTokenId': {
      const region = regionName === undefined ? 'that region' : `the region of ${regionName}`
      return {
        code: 'aws-credentials-refused',
        reason: said,
        advice: check(awsCredentials, `that its account has ${region} enabled`),
      }
    }
    case 'InvalidSignatureException':
      return /^Signature (expired|not yet current)/.test(said)
        ? { code: 'agent-clock-wrong', reason: said, advice: ["Correct the agent's clock"] }
        : { code: 'aws-credentials-refused', reason: said, advice: check(awsCredentials, "the agent's clock") }
    case 'LimitExceededException': {
      const advice = ['Remove old images by a lifecycle policy, or ask AWS for a higher quota']
      return { code: 'ecr-quota', reason: said, advice }
    }
    case 'KmsException':
      return {
        code: 'aws-key-refused',
        reason: said,
        advice: check(encryptionKey, 'that the role or user may use that key'),
      }
    case 'SyntaxError':
      return { code: 'not-ecr', reason: 'the response is not from ECR (not JSON)', advice: networkAdvice() }
    default:
      return { code: 'ecr-refused', reason: said, advice: [] }
  }
}

function networkAdvice(): string[] {
  return check("the agent's network for a proxy in between")
}

/** `ecr:DescribeImages` of AWS's "... is not authorized to perform: ecr:DescribeImages on resource: ...". */
function deniedAction(said: string): string | undefined {
  return /\b[a-z0-9-]+:[A-Z][A-Za-z]+\b/.exec(said)?.[0]
}
