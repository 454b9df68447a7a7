import { PipelineError } from '../position.ts'
import type { StepDefinition } from '../template/steps.ts'
import type { TaskVariables } from './step-context.ts'
import type { TaskDefinition, TaskHandler, TaskPhase } from './task-definition.ts'
import { findTask, handlerOf } from './task-definition.ts'
import type { GivenInputs } from './task-inputs.ts'
import { assertKnownInputs } from './task-inputs.ts'

/** One process of a job: a script, or one phase of a task. */
export interface PlannedStep {
  readonly definition: StepDefinition
  readonly phase: TaskPhase
  /** With macros unexpanded. */
  readonly displayName: string
  /** The step's name, or the one the server would make up, such as `CmdLine2`. */
  readonly referenceName: string
  readonly work: StepWork
  /** Shared by the phases of one step. */
  readonly taskVariables: TaskVariables
}

type StepWork =
  | {
      readonly kind: 'task'
      readonly task: TaskDefinition
      readonly handler: TaskHandler
      readonly inputs: GivenInputs
    }
  | Exclude<StepDefinition['action'], { kind: 'task' }>

const phases = [
  { phase: 'prejobexecution', prefix: 'Pre-job: ' },
  { phase: 'execution', prefix: '' },
  { phase: 'postjobexecution', prefix: 'Post-job: ' },
] as const

/** Puts all pre-jobs first, then the steps, then the post-jobs in reverse order; throws {@link PipelineError}. */
export function planJob(steps: readonly StepDefinition[], tasks: readonly TaskDefinition[]): readonly PlannedStep[] {
  const planned = steps.flatMap((step, index) => planStep(step, tasks, steps.slice(0, index)))
  const inPhase = (phase: TaskPhase) => planned.filter((step) => step.phase === phase)
  return [...inPhase('prejobexecution'), ...inPhase('execution'), ...inPhase('postjobexecution').toReversed()]
}

function planStep(
  definition: StepDefinition,
  tasks: readonly TaskDefinition[],
  before: readonly StepDefinition[],
): readonly PlannedStep[] {
  const { action } = definition
  const kind = nameOfKind(definition)
  const sameKind = before.filter((step) => nameOfKind(step) === kind).length
  const common = {
    definition,
    displayName: definition.displayName ?? definition.name ?? kind,
    referenceName: definition.name ?? `${kind}${String(sameKind + 1)}`,
    taskVariables: new Map(),
  }
  if (action.kind !== 'task') return [{ ...common, phase: 'execution', work: action }]

  const task = findTask(tasks, action.reference)
  if (task === undefined) {
    const known = tasks.map(({ name, version }) => `${name}@${String(version.Major)}`).join(', ')
    throw new PipelineError(definition.at, `There is no task '${action.reference}'. Known tasks: ${known}`)
  }
  assertKnownInputs(task, action.inputs)
  assertExecutable(task, definition)
  return phases.flatMap(({ phase, prefix }) => {
    const handler = handlerOf(task, phase)
    const work = { kind: 'task', task, handler, inputs: action.inputs } as const
    if (handler === undefined) return []
    return [{ ...common, phase, displayName: prefix + common.displayName, work: { ...work, handler } }]
  })
}

function assertExecutable(task: TaskDefinition, { at }: StepDefinition): void {
  if (handlerOf(task, 'execution') !== undefined) return
  throw new PipelineError(at, `A supported task execution handler was not found in the task '${task.name}'`)
}

function nameOfKind({ action }: StepDefinition): string {
  switch (action.kind) {
    case 'task':
      return action.reference.replace(/@.*$/, '').split('.').at(-1) ?? action.reference
    case 'script':
      return action.shell
    case 'checkout':
      return 'Checkout'
    case 'publish':
      return 'PublishPipelineArtifact'
    case 'download':
      return 'DownloadPipelineArtifact'
  }
}
