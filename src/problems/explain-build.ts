import { BuildError, type BuildFault } from '../build-image/build-error.ts'
import { ImageUnavailableError } from '../dockerfile-build/build-dockerfile.ts'
import { BuildFailedError, shorten } from '../dockerfile-build/builder.ts'
import { EngineTooOldError } from '../dockerfile-build/require-capable-engine.ts'
import { formatPlatform } from '../model/platform.ts'
import { formatReference } from '../model/reference.ts'
import type { Problem } from './problem.ts'
import { join, listOf, type Words } from './words.ts'

/** Builds of Dockerfiles. */
export function explainBuild(error: unknown, words: Words): Problem | undefined {
  if (error instanceof BuildError) return explainFault(error.fault)
  if (error instanceof BuildFailedError) {
    const attempt = `The step "${shorten(error.step)}" failed`
    return { code: 'build-step-failed', attempt, reason: error.reason, advice: [] }
  }
  if (error instanceof ImageUnavailableError) return explainUnavailable(error, words)
  if (error instanceof EngineTooOldError) {
    const { path, syntax, version } = error
    const needs = `needs engine ${String(syntax.engine)} or later; the agent has ${version}`
    return {
      code: 'engine-too-old',
      reason: `${path} has ${syntax.what} in line ${String(syntax.line)}, which ${needs}`,
      advice: ['Update Docker on the agent, or begin the file with # syntax=docker/dockerfile:1'],
    }
  }
  return undefined
}

function explainUnavailable({ path, use, reason }: ImageUnavailableError, words: Words): Problem {
  const isReader = use.instruction === '# syntax'
  const where = isReader ? 'to read it by "# syntax="' : `in line ${String(use.line)}`
  const mirror = words.registryMirrors && `name a mirror of its registry in ${words.registryMirrors}`
  return {
    code: 'build-image-unavailable',
    attempt: `Cannot get ${use.written}, which ${path} names ${where}`,
    reason,
    advice: isReader ? join('Remove', ['that line', mirror], 'or') : join('Let the agent reach', ['it', mirror], 'or'),
  }
}

function explainFault(fault: BuildFault): Problem {
  switch (fault.what) {
    case 'context-changed': {
      const reason = `The context ${fault.context} changed after the check read it, so the check's record does not fit it`
      return { code: 'context-changed', reason, advice: ['Run the pipeline again'] }
    }
    case 'other-base': {
      const reason = `The check watched ${formatReference(fault.watched)}, but ${fault.path} is built on ${fault.builtOn}`
      return { code: 'base-differs-from-check', reason, advice: ['Check and build the same Dockerfile'] }
    }
    case 'not-on-base': {
      const watched = formatReference(fault.watched)
      const reason = `The image was not built on ${watched} as the check saw it: its lowest layers differ from the base's`
      return {
        code: 'image-not-on-base',
        reason,
        advice: ['Run the pipeline again. If it happens again, look for a "# syntax=" line in the Dockerfile'],
      }
    }
    case 'other-labels': {
      const reason = `The image came with other labels than were asked for: ${listOf(fault.labels)}`
      return {
        code: 'image-other-labels',
        reason,
        advice: ['The builder wrote its own. Look for a "# syntax=" line in the Dockerfile'],
      }
    }
    case 'other-platform':
      return {
        code: 'base-other-platform',
        attempt: `Cannot build on ${formatReference(fault.reference)} for ${formatPlatform(fault.wanted)}`,
        reason: `it is an image for ${formatPlatform(fault.found)}`,
        advice: ['Run the check again for the platform that is built'],
      }
  }
}
