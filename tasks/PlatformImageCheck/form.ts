import { InvalidValue } from '../../src/model/invalid-value.ts'
import type { NumberedLine } from '../../src/model/numbered-line.ts'
import { parsePlatform } from '../../src/model/platform.ts'
import { purposes } from '../../src/model/purpose.ts'
import {
  choice,
  editableFlag,
  flag,
  lines,
  optionalFile,
  optionalFolder,
  optionalText,
  text,
  textOr,
  wholeNumber,
} from '../../src/pipelines/fields.ts'
import type { TaskForm } from '../../src/pipelines/form.ts'
import type { TaskContext } from '../../src/pipelines/run-task.ts'
import { explainCheck } from '../../src/problems/explain-check.ts'
import { explainDockerfile } from '../../src/problems/explain-dockerfile.ts'
import { explainRegistry } from '../../src/problems/explain-registry.ts'
import { explainAws } from '../../src/problems/explain-aws.ts'
import { explainEcr } from '../../src/problems/explain-ecr.ts'
import { explainContext } from '../../src/problems/explain-context.ts'
import { baseInputs } from '../base-inputs.ts'
import { parseBuildArguments } from '../parse-assignments.ts'
import { repositoryInputs } from '../repository-inputs.ts'

/** Where the Dockerfile is when nobody says it. */
export const usualDockerfile = 'Dockerfile'

/** What PlatformImageCheck is told, and what it answers. */
export const checkTask = {
  inputs: {
    purpose: choice('auto', ...purposes),
    releaseBranches: lines(parseReleaseBranches),
    ...repositoryInputs,
    contextPath: optionalFolder(),
    dockerfile: textOr(usualDockerfile),
    target: optionalText(),
    buildArguments: lines(parseBuildArguments),
    platform: text(parsePlatform, { default: 'linux/amd64' }),
    forceUpdate: editableFlag(false),
    rebuildOnContextChange: flag(true),
    maxAgeDays: optionalText(parseDays),
    whenUnverifiable: choice('rebuild', 'keep', 'fail'),
    whenCheckFails: choice('fail', 'warn'),
    whenTagsBehind: choice('warn', 'repair', 'ignore'),
    whenOutOfSupport: choice('warn', 'fail', 'ignore'),
    endOfSupportWarningDays: wholeNumber({ from: 0, to: 9999, default: 60 }),
    supportDates: optionalFile(),
    compareBy: choice('digest', 'pushDate'),
    versionBump: choice('minor', 'patch', 'major', 'auto'),
    baseImage: optionalText(),
    ...baseInputs,
  },
  outputs: [
    'started',
    'purpose',
    'action',
    'updateNeeded',
    'reason',
    'explanation',
    'currentTag',
    'currentDigest',
    'nextTag',
    'nextVersion',
    'baseImage',
    'baseDigest',
    'baseVersion',
    'previousBaseVersion',
    'endOfSupport',
    'supportEndedOn',
    'repositoryExists',
    'buildRecord',
    'decision',
  ],
  problems: [explainCheck, explainDockerfile, explainRegistry, explainAws, explainEcr, explainContext],
} as const satisfies TaskForm

export type CheckContext = TaskContext<typeof checkTask>

function parseDays(days: string): number {
  if (/^[1-9]\d{0,3}$/.test(days)) return Number(days)
  throw new InvalidValue(`is "${days}"`, 'Give a whole number of days, or nothing for no limit')
}

/** https://git-scm.com/docs/git-check-ref-format, with `*` for any characters. */
function parseReleaseBranches(patterns: readonly NumberedLine[]): readonly string[] {
  for (const { text: pattern, number } of patterns) {
    if (/^refs\/[^\s~^:?[\\]+$/.test(pattern)) continue
    const rule = /^[\w./*-]+$/.test(pattern)
      ? `Did you mean refs/heads/${pattern}?`
      : 'Give one on each line, such as refs/heads/main'
    throw new InvalidValue(`has "${pattern}", which is not a full ref`, rule, { line: number })
  }
  return patterns.map(({ text: pattern }) => pattern)
}
