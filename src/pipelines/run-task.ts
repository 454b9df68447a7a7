import * as agent from 'azure-pipelines-task-lib/task.js'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { networkWarnings } from '../http/network.ts'
import { cleanLine } from '../model/clean-line.ts'
import { messageOf } from '../model/error-text.ts'
import type { Log } from '../model/log.ts'
import { type Markdown, text as asMarkdown } from '../model/markdown.ts'
import type { Mask } from '../model/mask.ts'
import { harmless } from '../model/printable.ts'
import { secretForms, secretLines, secretsHider } from '../model/secret-forms.ts'
import { StepError } from '../model/step-error.ts'
import { explainer } from '../problems/explain.ts'
import { formatProblem } from '../problems/problem.ts'
import { wordsOf } from '../problems/words.ts'
import { agentInput } from './agent-input.ts'
import { agentLog } from './agent-log.ts'
import { type Inputs, type Outputs, readForm, type TaskForm } from './form.ts'
import { jobContainerFacts, type JobContainerFacts } from './job-container-facts.ts'
import type { PostJobKey } from './run-post-job.ts'
import { runFacts, type RunFacts } from './run-facts.ts'
import { silently } from './silently.ts'

/** What a task gets from the pipeline, and gives back to it. */
export interface TaskContext<Task extends TaskForm> extends StepContext {
  readonly inputs: Inputs<Task['inputs']>
  /** Sets output variables of the step; undefined becomes empty. */
  readonly output: (values: Partial<Outputs<Task>>) => void
}

/** The part of a task's context that is the same for all tasks. */
export interface StepContext {
  readonly log: Log
  readonly run: RunFacts
  /** The job's container and its network; empty outside of container jobs. */
  readonly jobContainer: JobContainerFacts
  /** Aborted when the job is cancelled: end what is under way, clean up, and let the error through. */
  readonly signal: AbortSignal
  /** What people hear of an error, in the words of the task's form. */
  readonly tell: (error: unknown) => string
  /** A pipeline variable, such as `AWS.Region`. */
  readonly variable: (name: string) => string | undefined
  /** A pipeline variable that is a secret, whether or not somebody declared it as one: it is masked, and in no debug log. */
  readonly secretVariable: (name: string) => string | undefined
  /** The job's own token for Azure DevOps, masked. */
  readonly jobToken: () => string | undefined
  readonly mask: Mask
  /** Takes the secrets of the run out of a text that does not go to the log. */
  readonly hideSecrets: (text: string) => string
  /** Whether a text holds the value of a secret variable, in any form in which it may be printed. */
  readonly holdsSecret: (text: string) => boolean
  /** Shows Markdown on the run's page. */
  readonly summarize: (summary: Markdown) => Promise<void>
  /** Shows a JUnit file in the run's Tests tab, under a title. */
  readonly publishTestResults: (title: string, junit: string) => Promise<void>
  /** Leaves a value for the post-job handler of the same step. */
  readonly leaveForPostJob: (key: PostJobKey, value: string) => void
  /** What was left before, where the step is tried for another time. */
  readonly left: (key: PostJobKey) => string | undefined
}

/** A task's own end: what was done, in one sentence; `withIssues` where a person should look. */
export type TaskResult = string | { readonly withIssues: string }

/**
 * Runs the work of a task and sets its result. The only place that does so: what is below returns or throws. An error is
 * shown as a problem, in the words of the task's form; its stack is for debug. A process that ends before there is a result has failed.
 */
export async function runTask<Task extends TaskForm>(
  task: Task,
  work: (context: TaskContext<Task>) => Promise<TaskResult>,
): Promise<void> {
  const explain = explainer(task.problems, wordsOf(Object.keys(task.inputs)))
  const tell = (error: unknown) => formatProblem(explain(error))
  const cancelled = new AbortController()
  const cancel = () => {
    cancelled.abort(new StepError('cancelled'))
  }
  process.once('SIGINT', cancel).once('SIGTERM', cancel)
  process.exitCode = 1
  try {
    if (process.platform === 'win32') throw new StepError('on-windows')
    const context = taskContext(task, { signal: cancelled.signal, tell })
    for (const warning of networkWarnings(context.variable)) context.log.warning(warning)
    const result = await work(context)
    if (typeof result === 'string') {
      // The agent keeps the message of a success to itself.
      console.log(cleanLine(result))
      agent.setResult(agent.TaskResult.Succeeded, result)
    } else agent.setResult(agent.TaskResult.SucceededWithIssues, result.withIssues)
  } catch (error) {
    agent.debug(error instanceof Error ? (error.stack ?? error.message) : messageOf(error))
    // What a cancelled job breaks off may end in any way.
    agent.setResult(agent.TaskResult.Failed, tell(cancelled.signal.aborted ? cancelled.signal.reason : error))
  } finally {
    process.off('SIGINT', cancel).off('SIGTERM', cancel)
  }
  // The agent reads the result from the log; the exit code is only for a process that never got here. Nothing that is
  // left open, such as a connection to a silent proxy, may keep the step waiting once a slow pipe has taken all output.
  process.stdout.write('', () => process.exit(cancelled.signal.aborted ? 1 : 0))
}

function taskContext<Task extends TaskForm>(
  { inputs }: Task,
  basics: Pick<StepContext, 'signal' | 'tell'>,
): TaskContext<Task> {
  const step = stepContext(basics)
  return {
    ...step,
    inputs: readForm<Task['inputs']>(inputs, agentInput, step.mask),
    output(values) {
      for (const [name, value] of Object.entries<string | boolean | undefined>(values)) {
        // Later steps print it, or begin lines of an input with it.
        agent.setVariable(name, harmless(String(value ?? '')), false, true)
      }
    },
  }
}

function stepContext({ signal, tell }: Pick<StepContext, 'signal' | 'tell'>): StepContext {
  const masked: string[] = []
  let variables: readonly string[] | undefined
  function secretVariables(): readonly string[] {
    // Once: each reading stands in the debug log.
    variables ??= agent.getVariables().flatMap(({ secret, value }) => (secret ? [value] : []))
    return variables
  }
  function hideSecrets(text: string): string {
    const secrets = [...masked, ...secretVariables()].filter((secret) => secret.trim() !== '')
    const lines = secrets.flatMap((secret) => [secret, ...secretLines(secret)])
    // On the run's page they are written as Markdown.
    return secretsHider(lines.flatMap((line) => [line, asMarkdown(line)]))(text)
  }
  function mask(secret: string): void {
    masked.push(secret)
    // The agent takes one line each. A line hides only what is exactly the same, so each form is one.
    for (const form of secretLines(secret).flatMap(secretForms)) agent.setSecret(form)
  }
  function masking(secret: string | undefined): string | undefined {
    if (secret !== undefined) mask(secret)
    return secret
  }
  return {
    log: agentLog(tell),
    tell,
    run: runFacts(),
    jobContainer: jobContainerFacts(),
    signal,
    variable: (name) => agent.getVariable(name),
    secretVariable: (name) => masking(silently(() => agent.getVariable(name))),
    jobToken: () => masking(jobToken()),
    mask,
    hideSecrets,
    holdsSecret(text) {
      const forms = secretVariables().flatMap(secretLines).flatMap(secretForms)
      return forms.some((form) => text.includes(form))
    },
    leaveForPostJob: agent.setTaskVariable,
    left: agent.getTaskVariable,
    async summarize(summary) {
      const name = `${agent.getVariable('System.TaskDisplayName') ?? 'summary'}.md`
      agent.uploadSummary(await writeReport(name, hideSecrets(summary)))
    },
    async publishTestResults(title, junit) {
      const file = await writeReport('TEST-platform-image.xml', junit)
      new agent.TestPublisher('JUnit').publish([file], 'true', '', '', title, 'false')
    },
  }
}

/** In classic pipelines the variable holds it only where scripts may use it; the connection always does. */
function jobToken(): string | undefined {
  const ofConnection = agent.getEndpointAuthorization('SYSTEMVSSCONNECTION', true)?.parameters.AccessToken
  return ofConnection ?? silently(() => agent.getVariable('System.AccessToken'))
}

/** The agent reads it when it sees the command that names it, at the latest when the step ends. */
async function writeReport(name: string, content: string): Promise<string> {
  const folder = await mkdtemp(join(agent.getVariable('Agent.TempDirectory') ?? '.', 'report-'))
  const file = join(folder, name.replaceAll(/[^\w. -]/g, '_'))
  await writeFile(file, content)
  return file
}
